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
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.ImageSize;

/**
 * Decodes image files to the pixels that PIL's {@code Image.open(f).convert("RGB")} gives: 8 bits a
 * channel, alpha dropped, embedded colour profiles and EXIF orientation ignored.
 *
 * <p>Samples are converted here where ImageIO would convert them otherwise than PIL (grey, CMYK, 16
 * bits a channel). A file that ends early is refused; ImageIO's readers fill the rest with grey.
 * Thread-safe.
 */
public final class ImageDecoder {
  private static final Set<String> FORMATS = Set.of("jpeg", "png", "gif", "bmp");

  /**
   * PIL's limit: an image beyond it is taken for a decompression bomb. A small heap allows less.
   */
  private static final long MAX_PIXELS =
      Math.min(178_956_970L, Runtime.getRuntime().maxMemory() / 24);

  private static final int MAX_SIDE = 65_535;

  static {
    // A host with DISPLAY set but a JRE without X libraries could not decode anything.
    if (System.getProperty("java.awt.headless") == null) {
      System.setProperty("java.awt.headless", "true");
    }
  }

  private ImageDecoder() {}

  /**
   * Decodes one image file.
   *
   * @param file the bytes of a JPEG, PNG, GIF, BMP, PPM, PGM or WebP file, of an animation the
   *     first frame; not modified
   * @param place where they came from, for error messages
   * @return the image
   * @throws InvalidInputException if it is no such file, ends early, or holds pixels that cannot be
   *     had exactly
   */
  public static RgbImage decode(byte[] file, String place) {
    if (PortableMap.recognises(file)) {
      return decoded(file, place, PortableMap::size, PortableMap::read);
    }
    if (WebP.recognises(file)) {
      return decoded(file, place, WebP::size, WebP::read);
    }
    if (JpegHeader.recognises(file)) {
      JpegHeader header = JpegHeader.read(file);
      if (header.frame() != 0) {
        checkSize(header.height(), header.width(), place);
        Optional<RgbImage> image = TurboJpeg.decode(file, header);
        if (image.isPresent()) {
          return image.get();
        }
      }
    }
    try {
      return GifScreen.recognises(file) ? gif(file, place) : throughImageIo(file, place);
    } catch (IOException e) {
      throw new InvalidInputException(
          place + ": the image cannot be decoded: " + reason(e, file), e);
    }
  }

  private static RgbImage gif(byte[] file, String place) throws IOException {
    GifScreen screen = GifScreen.read(file);
    int[] claimed = screen.size();
    checkSize(claimed[0], claimed[1], place);
    return screen.show(throughImageIo(screen.withoutInterlace(), place));
  }

  private static RgbImage throughImageIo(byte[] file, String place) throws IOException {
    // Made here and not by ImageIO.createImageInputStream, which may use a cache file on disk.
    try (ByteArrayImageInput input = new ByteArrayImageInput(file)) {
      ImageReader reader = reader(input, file, place);
      try {
        return read(reader, input, file, place);
      } finally {
        reader.dispose();
      }
    }
  }

  /** What is read of a file without ImageIO. */
  private interface Part<T> {
    T of(byte[] file) throws IOException;
  }

  private static RgbImage decoded(
      byte[] file, String place, Part<int[]> size, Part<RgbImage> pixels) {
    try {
      sized(file, place, size);
      return pixels.of(file);
    } catch (IOException e) {
      throw new InvalidInputException(
          place + ": the image cannot be decoded: " + reason(e, file), e);
    }
  }

  private static ImageSize sized(byte[] file, String place, Part<int[]> size) throws IOException {
    int[] claimed = size.of(file);
    checkSize(claimed[0], claimed[1], place);
    return new ImageSize(claimed[0], claimed[1]);
  }

  /**
   * Returns the size that an image file's header claims; nothing is decoded.
   *
   * @param file the bytes of an image file; not modified
   * @param place where they came from, for error messages
   * @return height and width
   * @throws InvalidInputException if it is no image file, or one that is too large
   */
  public static ImageSize size(byte[] file, String place) {
    try (ByteArrayImageInput input = new ByteArrayImageInput(file)) {
      if (PortableMap.recognises(file)) {
        return sized(file, place, PortableMap::size);
      }
      if (WebP.recognises(file)) {
        return sized(file, place, WebP::size);
      }
      if (GifScreen.recognises(file)) {
        return sized(file, place, gif -> GifScreen.read(gif).size());
      }
      ImageReader reader = reader(input, file, place);
      try {
        input.seek(0);
        reader.setInput(input, true, true);
        checkSize(reader, place);
        return new ImageSize(reader.getHeight(0), reader.getWidth(0));
      } finally {
        reader.dispose();
      }
    } catch (InvalidInputException e) {
      throw e;
    } catch (IOException e) {
      throw new InvalidInputException(
          place + ": the image's header cannot be read: " + reason(e, file), e);
    } catch (RuntimeException e) {
      throw new InvalidInputException(
          place + ": the image's header cannot be read: " + reason(new IOException(e), file), e);
    }
  }

  private static ImageReader reader(ByteArrayImageInput input, byte[] file, String place)
      throws IOException {
    Iterator<ImageReader> readers = ImageIO.getImageReaders(input);
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if (FORMATS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
        return reader;
      }
      reader.dispose();
    }
    throw new InvalidInputException(
        place + ": not a JPEG, PNG, GIF, BMP, PPM, PGM or WebP image; the file " + beginning(file));
  }

  private static RgbImage read(
      ImageReader reader, ByteArrayImageInput input, byte[] file, String place) throws IOException {
    String[] truncation = new String[1];
    reader.addIIOReadWarningListener(
        (source, warning) -> {
          // Other warnings (a broken colour profile, stray bytes between segments) lose no pixel.
          String text = warning.toLowerCase(Locale.ROOT);
          if (text.contains("truncated") || text.contains("premature end")) {
            truncation[0] = warning;
          }
        });
    input.seek(0);
    input.forgetReads();
    RgbImage image;
    try {
      reader.setInput(input, true, true);
      checkSize(reader, place);
      image = pixels(reader, file, place);
    } catch (RuntimeException e) {
      if (e instanceof InvalidInputException) {
        throw e;
      }
      // The readers answer some damaged files with whatever their parser stumbles on.
      throw new IOException(e);
    }
    if (truncation[0] != null || input.readPastEnd()) {
      throw new InvalidInputException(
          String.format(
              Locale.ROOT,
              "%s: the image file is truncated: it ends after %d bytes, before the last pixel%s",
              place,
              file.length,
              truncation[0] == null ? "" : " (" + truncation[0] + ")"));
    }
    return image;
  }

  private static RgbImage pixels(ImageReader reader, byte[] file, String place) throws IOException {
    if (reader.getFormatName().equalsIgnoreCase("jpeg")) {
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
    return new RgbImage(pixels(image, place), new ImageSize(image.getHeight(), image.getWidth()));
  }

  private static void checkSize(ImageReader reader, String place) throws IOException {
    checkSize(reader.getHeight(0), reader.getWidth(0), place);
  }

  private static void checkSize(int height, int width, String place) {
    if (height < 1 || width < 1) {
      throw new InvalidInputException(place + ": the image has no pixels");
    }
    if ((long) width * height > MAX_PIXELS || Math.max(width, height) > MAX_SIDE) {
      throw new InvalidInputException(
          String.format(
              Locale.ROOT,
              "%s: the image claims %dx%d pixels; at most %d are decoded, and %d a side",
              place,
              height,
              width,
              MAX_PIXELS,
              MAX_SIDE));
    }
  }

  private static byte[] pixels(BufferedImage image, String place) {
    ColorModel colors = image.getColorModel();
    Raster raster = image.getRaster();
    int space = colors.getColorSpace().getType();
    if (colors instanceof IndexColorModel
        || (colors instanceof DirectColorModel direct && hasBytes(direct))) {
      return throughColors(image);
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
      return fromSixteenBits(raster);
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

  private static boolean hasBytes(DirectColorModel model) {
    return model.getColorSpace().getType() == ColorSpace.TYPE_RGB
        && !model.isAlphaPremultiplied()
        && model.getComponentSize(0) == 8
        && model.getComponentSize(1) == 8
        && model.getComponentSize(2) == 8;
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
  private static byte[] fromSixteenBits(Raster raster) {
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
          rgb[out++] = (byte) (bands == 1 ? Math.min(255, value) : value >> 8);
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

  private static String reason(IOException e, byte[] file) {
    String text = e.getMessage() == null ? e.toString() : e.getMessage();
    if (text.contains("Unsupported Image Type")) {
      return "its colour space is not supported (CMYK?), expected grey or RGB; convert it to RGB";
    }
    return text + " (" + file.length + " bytes; damaged or truncated?)";
  }

  private static String beginning(byte[] file) {
    if (file.length == 0) {
      return "is empty";
    }
    String start = new String(file, 0, Math.min(16, file.length), StandardCharsets.ISO_8859_1);
    StringBuilder text = new StringBuilder("begins with \"");
    start.chars().forEach(c -> text.append(c >= ' ' && c < 127 ? (char) c : '.'));
    return text.append("\"").toString();
  }
}
