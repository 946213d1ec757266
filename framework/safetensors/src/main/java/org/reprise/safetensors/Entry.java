package org.reprise.safetensors;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What the header says of one tensor.
 *
 * @param name its name
 * @param dtype element type
 * @param shape dimensions
 * @param begin first byte, counted from the end of the header
 * @param end byte after the last
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Entry(String name, Dtype dtype, long[] shape, long begin, long end) {

  static Entry parse(String name, JsonNode node, long dataSize, String file)
      throws SafetensorsException {
    String where = file + ": tensor \"" + name + "\": ";
    Dtype dtype = Dtype.parse(node.path("dtype").asText(), where);
    JsonNode shapeNode = node.path("shape");
    JsonNode offsets = node.path("data_offsets");
    if (!shapeNode.isArray() || offsets.size() != 2) {
      throw new SafetensorsException(where + "shape or data_offsets is missing");
    }
    long[] shape = new long[shapeNode.size()];
    long elements = 1;
    for (int i = 0; i < shape.length; i++) {
      shape[i] = shapeNode.get(i).canConvertToLong() ? shapeNode.get(i).asLong(-1) : -1;
      if (shape[i] < 0) {
        throw new SafetensorsException(where + "bad shape " + shapeNode);
      }
      try {
        elements = Math.multiplyExact(elements, shape[i]);
      } catch (ArithmeticException e) {
        throw new SafetensorsException(where + "shape " + shapeNode + " is too large", e);
      }
    }
    long begin = offsets.get(0).asLong(-1);
    long end = offsets.get(1).asLong(-1);
    if (begin < 0 || end < begin || end > dataSize) {
      throw new SafetensorsException(
          where
              + "bytes "
              + begin
              + " to "
              + end
              + " lie outside the file's "
              + dataSize
              + " data bytes (truncated?)");
    }
    if ((end - begin) / dtype.bytes() != elements || (end - begin) % dtype.bytes() != 0) {
      throw new SafetensorsException(
          where + (end - begin) + " bytes do not hold shape " + shapeNode + " of " + dtype.code());
    }
    return new Entry(name, dtype, shape, begin, end);
  }
}
