/** Data sets of images: a folder for each class, and CIFAR-10's binary files. */
package org.reprise.datasets.images;
