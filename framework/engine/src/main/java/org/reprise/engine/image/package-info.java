/** Images: decoding as PIL does, resizing as torchvision does. */
package org.reprise.engine.image;
