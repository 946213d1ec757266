/** What a data set holds, for people: counts, contact sheets, broken and duplicate images. */
package org.reprise.engine.inspect;
