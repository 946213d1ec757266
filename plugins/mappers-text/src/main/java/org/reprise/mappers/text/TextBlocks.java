package org.reprise.mappers.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.InvalidInputException;

/**
 * Blocks of source labels, those of several texts that belong together, as one rectangle of ids:
 * shorter blocks are filled up with id 0, which a mask tells apart.
 *
 * @param ids source labels, {@code [blocks][width]}
 * @param sizes how many of each row are the block's own, at least 1
 */
@SuppressWarnings("ArrayRecordComponent") // made once and never compared
record TextBlocks(long[][] ids, int[] sizes) {

  /**
   * Gathers blocks.
   *
   * @param blocks source labels of each
   * @param what names a block, for the message
   * @throws InvalidInputException if a block is empty
   */
  static TextBlocks of(List<List<Integer>> blocks, java.util.function.IntFunction<String> what) {
    int width = blocks.stream().mapToInt(List::size).max().orElse(0);
    long[][] ids = new long[blocks.size()][width];
    int[] sizes = new int[blocks.size()];
    for (int block = 0; block < ids.length; block++) {
      List<Integer> own = blocks.get(block);
      if (own.isEmpty()) {
        throw new InvalidInputException(what.apply(block));
      }
      sizes[block] = own.size();
      for (int i = 0; i < own.size(); i++) {
        ids[block][i] = own.get(i);
      }
    }
    return new TextBlocks(ids, sizes);
  }

  /** Returns as many empty blocks. */
  static List<List<Integer>> empty(int count) {
    List<List<Integer>> blocks = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      blocks.add(new ArrayList<>());
    }
    return blocks;
  }

  /** Returns the width of the rectangle. */
  int width() {
    return ids[0].length;
  }

  /** Tells whether some blocks are shorter than others. */
  boolean ragged() {
    return Arrays.stream(sizes).anyMatch(size -> size < width());
  }

  /** Returns the ids, int64 {@code [blocks,width]}. */
  Tensor index() {
    return Tensor.create(
        Arrays.stream(ids).flatMapToLong(Arrays::stream).toArray(), ids.length, width());
  }

  /** Returns true where the rectangle is filled up, {@code [blocks,width]}. */
  Tensor filling() {
    boolean[] filling = new boolean[ids.length * width()];
    for (int block = 0; block < ids.length; block++) {
      Arrays.fill(filling, block * width() + sizes[block], (block + 1) * width(), true);
    }
    return Tensor.create(filling).reshape(ids.length, width());
  }
}
