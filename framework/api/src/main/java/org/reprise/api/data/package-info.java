/**
 * Data sets: where samples and labels come from. Decoding, resizing and batching are the engine's.
 */
package org.reprise.api.data;
