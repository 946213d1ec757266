/**
 * Draws shapes in plain Java, with signed distances and no font, no graphics library and no native
 * code: only IEEE arithmetic, square roots and {@link StrictMath}, so a scene has the same bytes on
 * every machine.
 */
package org.reprise.quickstart.render;
