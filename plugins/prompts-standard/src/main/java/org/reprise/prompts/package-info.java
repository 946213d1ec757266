/** The input prompts of visual reprogramming: padding around the image, a watermark over it. */
package org.reprise.prompts;
