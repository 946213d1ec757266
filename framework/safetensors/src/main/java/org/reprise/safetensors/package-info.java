/** The safetensors file format: a JSON header and raw little-endian tensors. */
package org.reprise.safetensors;
