package org.reprise.quickstart;

import org.reprise.quickstart.render.Scene;

/**
 * A scene and its true label.
 *
 * @param scene what is drawn
 * @param label an index into the data set's labels
 */
record LabelledScene(Scene scene, int label) {}
