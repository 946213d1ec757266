package org.reprise.engine.image;

import java.io.IOException;
import java.util.Locale;
import java.util.function.Function;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.ImageSize;
import org.reprise.budget.Budget;
import org.reprise.budget.BudgetException;

/**
 * Decodes image files to the pixels that PIL's {@code Image.open(f).convert("RGB")} gives: 8 bits a
 * channel, alpha dropped, embedded colour profiles and EXIF orientation ignored.
 *
 * <p>What a file's header claims is charged to a budget before anything is allocated, and threads
 * that decode large images side by side wait for each other. Thread-safe.
 */
public final class ImageDecoder {
  /** PIL's limit: an image beyond it is taken for a decompression bomb. */
  private static final long MAX_PIXELS = 178_956_970L;

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
   * @throws InvalidInputException if it is no such file, ends early, holds pixels that cannot be
   *     had exactly, or takes too much memory
   */
  public static RgbImage decode(byte[] file, String place) {
    return decode(file, place, image -> image);
  }

  /**
   * Decodes one image file and does something with the image, while other threads leave it the
   * memory that it takes.
   *
   * @param file as for {@link #decode(byte[], String)}
   * @param place where it came from, for error messages
   * @param use makes something smaller of the image
   * @return what that made
   * @throws InvalidInputException as {@link #decode(byte[], String)}
   */
  public static <T> T decode(byte[] file, String place, Function<RgbImage, T> use) {
    try (EncodedImage image = open(file, place);
        ImageMemory.Share memory = ImageMemory.take(charged(image, place))) {
      return use.apply(decoded(image));
    } catch (IOException e) {
      throw new InvalidInputException(
          place + ": the image cannot be decoded: " + reason(e, file), e);
    }
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
    try (EncodedImage image = open(file, place)) {
      charged(image, place);
      return new ImageSize(image.height(), image.width());
    } catch (IOException e) {
      throw new InvalidInputException(
          place + ": the image's header cannot be read: " + reason(e, file), e);
    }
  }

  private static EncodedImage open(byte[] file, String place) throws IOException {
    try {
      if (PortableMap.recognises(file)) {
        return new PortableMap(file);
      } else if (WebP.recognises(file)) {
        return new WebP(file);
      } else if (GifScreen.recognises(file)) {
        return new GifImage(file, place);
      } else if (JpegHeader.recognises(file)) {
        JpegHeader header = JpegHeader.read(file);
        if (header.frame() != 0 && header.scans() > 0) {
          return new JpegImage(file, header, place);
        }
      }
      return new ImageIoImage(file, place);
    } catch (InvalidInputException e) {
      throw e;
    } catch (RuntimeException e) { // the readers answer some damaged files with whatever it is
      throw new IOException(e);
    }
  }

  private static RgbImage decoded(EncodedImage image) throws IOException {
    try {
      return image.decode();
    } catch (InvalidInputException e) {
      throw e;
    } catch (RuntimeException e) { // as above
      throw new IOException(e);
    }
  }

  /** Returns how many bytes decoding takes. */
  private static long charged(EncodedImage image, String place) {
    if (image.height() < 1 || image.width() < 1) {
      throw new InvalidInputException(place + ": the image has no pixels");
    }
    String most = MAX_PIXELS + " are decoded, and " + MAX_SIDE + " a side";
    if (image.pixels() > MAX_PIXELS || Math.max(image.height(), image.width()) > MAX_SIDE) {
      throw tooLarge(image, place, "at most " + most);
    }
    Budget budget = Budget.ofImage();
    try {
      image.charge(budget);
      return budget.spent();
    } catch (BudgetException e) {
      throw tooLarge(image, place, e.getMessage());
    }
  }

  private static InvalidInputException tooLarge(EncodedImage image, String place, String why) {
    return new InvalidInputException(
        String.format(
            Locale.ROOT,
            "%s: the image claims %dx%d pixels; %s",
            place,
            image.height(),
            image.width(),
            why));
  }

  private static String reason(IOException e, byte[] file) {
    String text = e.getMessage() == null ? e.toString() : e.getMessage();
    if (text.contains("Unsupported Image Type")) {
      return "its colour space is not supported (CMYK?), expected grey or RGB; convert it to RGB";
    }
    return text + " (" + file.length + " bytes; damaged or truncated?)";
  }
}
