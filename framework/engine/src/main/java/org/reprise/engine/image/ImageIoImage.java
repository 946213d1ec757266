package org.reprise.engine.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.DirectColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.ImageSize;
import org.reprise.budget.Budget;
import org.reprise.budget.BudgetException;

/**
 * A file that Java's ImageIO reads. Samples are converted here where ImageIO would convert them
 * otherwise than PIL (grey, CMYK, 16 bits a channel). A file that ends early is refused; ImageIO's
 * readers fill the rest with grey.
 */
final class ImageIoImage implements EncodedImage {
  private static final Set<String> FORMATS = Set.of("jpeg", "png", "gif", "bmp");

  /** At most four channels of 16 bits, and the three of the result. */
  private static final int BYTES_EACH = 11;

  private final byte[] file;
  private final String place;
  private final ByteArrayImageInput input;
  private final ImageReader reader;
  private final int height;
  private final int width;
  private String truncation = "";

  /**
   * Reads the header.
   *
   * @param file the bytes of an image file; not modified
   * @param place where they came from, for messages
   * @throws InvalidInputException if it is no such file
   * @throws IOException if its header is damaged
   */
  ImageIoImage(byte[] file, String place) throws IOException {
    this.file = file;
    this.place = place;
    // Made here and not by ImageIO.createImageInputStream, which may use a cache file on disk.
    this.input = new ByteArrayImageInput(file);
    this.reader = reader();
    try {
      reader.addIIOReadWarningListener((source, warning) -> warned(warning));
      input.seek(0);
      input.forgetReads();
      reader.setInput(input, true, true);
      this.height = reader.getHeight(0);
      this.width = reader.getWidth(0);
    } catch (IOException | RuntimeException e) {
      reader.dispose();
      throw e;
    }
  }

  // Other warnings (a broken colour profile, stray bytes between segments) lose no pixel.
  private void warned(String warning) {
    String text = warning.toLowerCase(Locale.ROOT);
    if (text.contains("truncated") || text.contains("premature end")) {
      truncation = " (" + warning + ")";
    }
  }

  private ImageReader reader() {
    Iterator<ImageReader> readers = ImageIO.getImageReaders(input);
    while (readers.hasNext()) {
      ImageReader found = readers.next();
      if (FORMATS.contains(format(found))) {
        return found;
      }
      found.dispose();
    }
    throw new InvalidInputException(
        place
            + ": not a JPEG, PNG, GIF, BMP, PPM, PGM or WebP image; the file "
            + Unread.words(file));
  }

  private static String format(ImageReader reader) {
    try {
      return reader.getFormatName().toLowerCase(Locale.ROOT);
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public int height() {
    return height;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public void charge(Budget budget) throws BudgetException {
    budget.charge(pixels(), BYTES_EACH);
  }

  @Override
  public RgbImage decode() throws IOException {
    if (format(reader).equals("bmp")) {
      BmpFile.check(file);
    } else if (format(reader).equals("png")) {
      PngFile.check(file);
    }
    RgbImage image = image();
    if (!truncation.isEmpty() || input.readPastEnd()) {
      throw new InvalidInputException(
          String.format(
              Locale.ROOT,
              "%s: the image file is truncated: it ends after %d bytes, before the last pixel%s",
              place,
              file.length,
              truncation));
    }
    return image;
  }

  private RgbImage image() throws IOException {
    if (format(reader).equals("jpeg")) {
      JpegHeader header = JpegHeader.read(file);
      if (header.channels() == 1 || header.channels() == 4) {
        Raster raster = reader.readRaster(0, null);
        byte[] rgb =
            raster.getNumBands() == 1
                ? JpegColors.grey(raster)
                : JpegColors.fourChannels(raster, header.ycck());
        return new RgbImage(rgb, new ImageSize(raster.getHeight(), raster.getWidth()));
      }
    }
    BufferedImage image = reader.read(0);
    return new RgbImage(pixels(image), new ImageSize(image.getHeight(), image.getWidth()));
  }

  @Override
  public void close() {
    reader.dispose();
  }

  private byte[] pixels(BufferedImage image) {
    ColorModel colors = image.getColorModel();
    Raster raster = image.getRaster();
    int space = colors.getColorSpace().getType();
    if (colors instanceof IndexColorModel) {
      return throughColors(image);
    }
    if (colors instanceof DirectColorModel model && !colors.isAlphaPremultiplied()) {
      return unpacked(raster, model);
    }
    if (colors instanceof ComponentColorModel
        && raster.getTransferType() == DataBuffer.TYPE_BYTE
        && colors.getComponentSize(0) == 8
        && !colors.isAlphaPremultiplied()) {
      // Samples, not getRGB: that converts grey through a colour space and is off by up to 73.
      if (space == ColorSpace.TYPE_GRAY) {
        return samples(raster, new int[] {0, 0, 0});
      }
      if (space == ColorSpace.TYPE_RGB) {
        return samples(raster, new int[] {0, 1, 2});
      }
    }
    if (colors instanceof ComponentColorModel
        && raster.getTransferType() == DataBuffer.TYPE_USHORT
        && !colors.isAlphaPremultiplied()) {
      boolean isGrey = raster.getNumBands() == 1 || PngFile.isGrey(file);
      return fromSixteenBits(raster, isGrey);
    }
    throw new InvalidInputException(
        String.format(
            Locale.ROOT,
            "%s: %d channels with %d bits each are not supported; expected 8 bits a channel in"
                + " grey, RGB or a palette, so convert the image to 8-bit RGB",
            place,
            colors.getNumComponents(),
            colors.getComponentSize(0)));
  }

  /** Channels within one number, each scaled to 0 to 255 and rounded down. */
  private static byte[] unpacked(Raster raster, DirectColorModel model) {
    int[] masks = {model.getRedMask(), model.getGreenMask(), model.getBlueMask()};
    int width = raster.getWidth();
    byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(width, raster.getHeight()), 3)];
    int[] row = new int[raster.getNumBands() * width];
    int[] most = new int[3];
    for (int c = 0; c < 3; c++) {
      most[c] = (int) ((masks[c] & 0xffffffffL) >> Integer.numberOfTrailingZeros(masks[c]));
    }
    int out = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int x = 0; x < row.length; x += raster.getNumBands()) {
        for (int c = 0; c < 3; c++) {
          rgb[out++] = (byte) (row[x + c] * 255L / most[c]);
        }
      }
    }
    return rgb;
  }

  private static byte[] throughColors(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(width, height), 3)];
    int[] row = new int[width];
    int out = 0;
    for (int y = 0; y < height; y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int color : row) {
        rgb[out++] = (byte) (color >> 16);
        rgb[out++] = (byte) (color >> 8);
        rgb[out++] = (byte) color;
      }
    }
    return rgb;
  }

  // PIL keeps the high byte, but of grey without alpha the value, cut off at 255
  private static byte[] fromSixteenBits(Raster raster, boolean isGrey) {
    int bands = raster.getNumBands();
    int width = raster.getWidth();
    byte[] rgb = new byte[3 * width * raster.getHeight()];
    int[] row = new int[bands * width];
    int out = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int x = 0; x < row.length; x += bands) {
        for (int c = 0; c < 3; c++) {
          int value = row[x + (bands < 3 ? 0 : c)];
          rgb[out++] = (byte) (isGrey ? Math.min(255, value) : value >> 8);
        }
      }
    }
    return rgb;
  }

  private static byte[] samples(Raster raster, int[] bands) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(width, height), 3)];
    int out = 0;
    if (raster.getParent() == null
        && raster.getSampleModel() instanceof PixelInterleavedSampleModel model
        && raster.getDataBuffer() instanceof DataBufferByte buffer
        && buffer.getNumBanks() == 1) {
      byte[] data = buffer.getData();
      int[] offsets = model.getBandOffsets();
      int step = model.getPixelStride();
      for (int y = 0; y < height; y++) {
        int in = buffer.getOffset() + y * model.getScanlineStride();
        for (int x = 0; x < width; x++, in += step) {
          rgb[out++] = data[in + offsets[bands[0]]];
          rgb[out++] = data[in + offsets[bands[1]]];
          rgb[out++] = data[in + offsets[bands[2]]];
        }
      }
      return rgb;
    }
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int band : bands) {
          rgb[out++] = (byte) raster.getSample(raster.getMinX() + x, raster.getMinY() + y, band);
        }
      }
    }
    return rgb;
  }
}
