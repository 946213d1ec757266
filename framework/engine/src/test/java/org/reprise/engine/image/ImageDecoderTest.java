package org.reprise.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.ImageSize;
import org.reprise.safetensors.Safetensors;
import org.reprise.testkit.Fixtures;

class ImageDecoderTest {
  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  ImageDecoderTest() {
    System.out.println("seed " + seed);
  }

  private byte[] encode(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, format, out)).as(format).isTrue();
    return out.toByteArray();
  }

  private BufferedImage noise(int type, int height, int width) {
    BufferedImage image = new BufferedImage(width, height, type);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, random.nextInt());
      }
    }
    return image;
  }

  private static byte[] rgb(BufferedImage image) {
    byte[] rgb = new byte[image.getHeight() * image.getWidth() * 3];
    for (int i = 0; i < rgb.length; i++) {
      int color = image.getRGB(i / 3 % image.getWidth(), i / 3 / image.getWidth());
      rgb[i] = (byte) (color >> (16 - i % 3 * 8));
    }
    return rgb;
  }

  @ParameterizedTest
  @CsvSource({
    "png, 5", "png, 1", "png, 2", "png, 6", "png, 13", "bmp, 5", "bmp, 1", "gif, 13", "png, 12",
    "bmp, 12", "bmp, 13"
  })
  void losslessFormatsComeBackAsTheyWere(String format, int type) throws Exception {
    BufferedImage image = noise(type, 1 + random.nextInt(30), 1 + random.nextInt(30));
    RgbImage decoded = ImageDecoder.decode(encode(image, format), "x");
    assertThat(decoded.size()).isEqualTo(new ImageSize(image.getHeight(), image.getWidth()));
    assertThat(decoded.rgb()).isEqualTo(rgb(image));
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp"})
  void greySamplesAreRepeatedThreeTimes(String format) throws Exception {
    BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 256; i++) {
      image.getRaster().setSample(i % 16, i / 16, 0, i);
    }
    byte[] decoded = ImageDecoder.decode(encode(image, format), "x").rgb();
    for (int i = 0; i < decoded.length; i++) {
      assertThat(decoded[i] & 0xff).isEqualTo(i / 3);
    }
  }

  @Test
  void greyAgreesWithPil() throws Exception {
    try (PointerScope scope = new PointerScope()) {
      Safetensors file = Fixtures.read("transforms_small.safetensors");
      byte[] grey = new byte[1024];
      new org.bytedeco.javacpp.BytePointer(file.get("grey_in").data_ptr()).get(grey);
      BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_BYTE_GRAY);
      image.getRaster().setDataElements(0, 0, 32, 32, grey);
      assertThat(ImageDecoder.decode(encode(image, "png"), "x").rgb())
          .isEqualTo(ImagePreparerTest.image(file.get("grey_rgb")).rgb());
    }
  }

  @Test
  void greyWithAlphaAndPaletteWithAlphaLoseTheAlpha() throws Exception {
    byte[] shades = {0, 90, (byte) 200, (byte) 255};
    byte[] alpha = {0, 10, (byte) 255, 7};
    IndexColorModel palette = new IndexColorModel(2, 4, shades, shades, alpha, alpha);
    BufferedImage image = new BufferedImage(4, 1, BufferedImage.TYPE_BYTE_BINARY, palette);
    for (int i = 0; i < 4; i++) {
      image.getRaster().setSample(i, 0, 0, i);
    }
    assertThat(ImageDecoder.decode(encode(image, "png"), "x").rgb())
        .containsExactly(0, 0, 0, 90, 90, 10, -56, -56, -1, -1, -1, 7);
  }

  @ParameterizedTest
  @CsvSource({
    "jpg, 5", "jpg, 10", "png, 5", "png, 6", "png, 10", "png, 13", "gif, 13", "bmp, 5", "bmp, 10"
  })
  void aTruncatedFileIsRefusedWhereverItEnds(String format, int type) throws Exception {
    byte[] file = encode(noise(type, 24, 31), format);
    byte[] whole = ImageDecoder.decode(file, "whole").rgb();
    int refused = 0;
    for (int length = 0; length < file.length; length++) {
      byte[] cut = Arrays.copyOf(file, length);
      RgbImage decoded;
      try {
        decoded = ImageDecoder.decode(cut, "cut.img");
      } catch (InvalidInputException e) {
        assertThat(e).hasMessageStartingWith("cut.img: ");
        refused++;
        continue;
      }
      assertThat(decoded.rgb())
          .as("%s cut to %s of %s", format, length, file.length)
          .isEqualTo(whole);
      assertThat(length).as("only a trailer may be missing").isGreaterThan(file.length - 30);
    }
    System.out.println(format + "/" + type + ": " + refused + " of " + file.length + " refused");
  }

  @Test
  void damagedBytesNeverEscapeAsAnotherError() throws Exception {
    for (String format : new String[] {"jpg", "png", "gif", "bmp"}) {
      byte[] file = encode(noise(format.equals("gif") ? 13 : 5, 17, 13), format);
      for (int round = 0; round < 400; round++) {
        byte[] damaged = file.clone();
        for (int i = 0; i <= round % 4; i++) {
          damaged[random.nextInt(round % 2 == 0 ? 60 : file.length)] = (byte) random.nextInt();
        }
        try {
          ImageDecoder.decode(damaged, "damaged.img");
        } catch (InvalidInputException e) {
          assertThat(e).hasMessageStartingWith("damaged.img: ");
        }
      }
    }
  }

  @Test
  void refusesWhatIsNoImage() {
    assertThatThrownBy(
            () ->
                ImageDecoder.decode(
                    "<html>404 Not Found</html>".getBytes(StandardCharsets.UTF_8), "a/cat.jpg"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "a/cat.jpg: not a JPEG, PNG, GIF, BMP, PPM, PGM or WebP image; the file begins with"
                + " \"<html>404 Not Fo\", as a web page does");
    assertThatThrownBy(() -> ImageDecoder.decode(new byte[0], "empty.png"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "empty.png: not a JPEG, PNG, GIF, BMP, PPM, PGM or WebP image; the file is empty");
  }

  @Test
  void whatIsAnotherKindOfFileIsNamed() {
    Map<String, String> kinds =
        Map.of(
            "P7\nWIDTH 1\n", "a PAM image",
            "II*\0", "a TIFF image",
            "\0\0\0\u001cftypavif", "an AVIF image",
            "\0\0\0\u001cftypheic", "a HEIF image",
            "<?xml version=\"1.0\"?>\n<svg>", "an SVG drawing",
            "\n<!DOCTYPE html>", "a web page",
            "version https://git-lfs.github.com/spec/v1\n", "Git LFS's note",
            "PK\u0003\u0004", "an archive");
    kinds.forEach(
        (beginning, name) ->
            assertThatThrownBy(
                    () ->
                        ImageDecoder.decode(
                            beginning.getBytes(StandardCharsets.ISO_8859_1), "x.png"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("image; the file begins with")
                .hasMessageContaining(", as " + name));
  }

  /** As the netpbm tools read it: the comment and its line's end stand for the white space. */
  @Test
  void aCommentMayEndTheHeaderOfAPortableMap() {
    for (String header : new String[] {"P6 1 1 255#xyz\n", "P6#\n1 1#x\n255\n", "P6 1 1 255 "}) {
      byte[] file = (header + "#bc").getBytes(StandardCharsets.ISO_8859_1);
      assertThat(ImageDecoder.decode(file, "x.ppm").rgb()).containsExactly('#', 'b', 'c');
    }
  }

  /** The true reason is given; what PIL reads is compared with its pixels elsewhere. */
  @Test
  void portableMapsThatBreakOffAreNamed() {
    String[][] cases = {
      {"P3 2 1 255 1 2 3 4 5", "the pixels take 11 bytes at least"},
      {"P3 1 1 255 1000 2  ", "a level of 1000, expected at most 255"},
      {"P3 1 1 255 1 2 x", "expected a number at byte"},
      {"P3 1 1 70000 1 2 3", "levels up to 70000"},
      {"P2 1 1 255 1234567890", "more than 9 digits"},
      {"P1 3 1 10x", "expected 0 or 1 at byte"},
      {"P5 4 4 65535 1234567", "the pixels take 32 bytes"},
      {"P6 60000 60000 255 1", "the image claims 60000x60000 pixels"},
    };
    for (String[] wrong : cases) {
      assertThatThrownBy(
              () -> ImageDecoder.decode(wrong[0].getBytes(StandardCharsets.UTF_8), "map.ppm"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith("map.ppm: ")
          .hasMessageContaining(wrong[1]);
    }
  }

  /** Five, six and five bits: PIL's pixels of 0xffff and 0x1234 in both ways to write them. */
  @ParameterizedTest
  @CsvSource({"9, 7fff, 32, -117, -92", "8, ffff, 16, 68, -92"})
  void sixteenBitsAPixelAreScaledAsInPil(int type, String white, byte red, byte green, byte blue)
      throws Exception {
    BufferedImage image = new BufferedImage(2, 1, type);
    short[] pixels = {(short) Integer.parseInt(white, 16), 0x1234};
    image.getRaster().setDataElements(0, 0, 2, 1, pixels);
    byte[] rgb = ImageDecoder.decode(encode(image, "bmp"), "x").rgb();
    assertThat(rgb).containsExactly(-1, -1, -1, red, green, blue);
  }

  /** The transparent level of a grey file is no channel: PIL's pixels. */
  @Test
  void sixteenBitGreyWithATransparentLevelIsGrey() {
    byte[] png =
        HexFormat.of()
            .parseHex(
                "89504e470d0a1a0a0000000d494844520000000200000001100000000081d9fc150000000274"
                    + "524e5312342fd3495e0000000d49444154789c63103261a80000016100bfe7f8e24800000000"
                    + "49454e44ae426082");
    assertThat(ImageDecoder.decode(png, "x").rgb()).containsExactly(-1, -1, -1, 120, 120, 120);
  }

  @Test
  void aFileWithAnotherFormatsNameIsStillDecoded() throws Exception {
    BufferedImage image = noise(BufferedImage.TYPE_3BYTE_BGR, 4, 5);
    assertThat(ImageDecoder.decode(encode(image, "png"), "really-a-png.jpg").rgb())
        .isEqualTo(rgb(image));
  }

  @Test
  void refusesAPictureTooLargeToBeTrue() throws Exception {
    byte[] png = encode(noise(BufferedImage.TYPE_3BYTE_BGR, 4, 5), "png");
    // Width and height in the header: 30000 x 30000.
    for (int offset : new int[] {18, 22}) {
      png[offset] = 0x75;
      png[offset + 1] = 0x30;
    }
    assertThatThrownBy(() -> ImageDecoder.decode(png, "bomb.png"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("bomb.png: the image claims 30000x30000 pixels; at most ");
  }
}
