package org.reprise.engine.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.ImageSize;
import org.reprise.testkit.HostileFiles;

/**
 * Small files that say they are huge, that go on and on, or that say one thing twice: each is
 * refused by name, or read where only something beside the pixels is odd, and costs little.
 */
class HostileImagesTest {
  private static final int SOUND = 16 << 20; // bytes that a sound small image may allocate
  private static final long REFUSED = 64L << 20; // what one may allocate that is refused

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] text(String characters) {
    return characters.getBytes(ISO_8859_1);
  }

  private static byte[] big(long value, int bytes) {
    byte[] result = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      result[i] = (byte) (value >> (8 * (bytes - 1 - i)));
    }
    return result;
  }

  private static byte[] little(long value, int bytes) {
    byte[] result = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      result[i] = (byte) (value >> (8 * i));
    }
    return result;
  }

  private static byte[] repeated(byte[] part, int times) {
    byte[] result = new byte[part.length * times];
    for (int i = 0; i < result.length; i++) {
      result[i] = part[i % part.length];
    }
    return result;
  }

  private static byte[] deflated(long zeros) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(bytes)) {
      byte[] block = new byte[1 << 16];
      for (long left = zeros; left > 0; left -= block.length) {
        out.write(block, 0, (int) Math.min(left, block.length));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }

  // ---- PNG

  private static byte[] chunk(String type, byte[] data) {
    return chunk(type, data, data.length);
  }

  private static byte[] chunk(String type, byte[] data, long length) {
    CRC32 crc = new CRC32();
    crc.update(text(type));
    crc.update(data);
    return joined(big(length, 4), text(type), data, big(crc.getValue(), 4));
  }

  private static byte[] header(long width, long height, int depth, int colour, int interlace) {
    return chunk(
        "IHDR",
        joined(
            big(width, 4),
            big(height, 4),
            new byte[] {(byte) depth, (byte) colour, 0, 0, (byte) interlace}));
  }

  private static byte[] png(byte[]... chunks) {
    return joined(text("\u0089PNG\r\n\u001a\n"), joined(chunks), chunk("IEND", new byte[0]));
  }

  /** Eight by eight black pixels, with chunks before them. */
  private static byte[] black(byte[]... chunks) {
    return png(header(8, 8, 8, 2, 0), joined(chunks), chunk("IDAT", deflated(8 * 25)));
  }

  private static Map<String, byte[]> pngs() {
    byte[] data = chunk("IDAT", deflated(1000));
    Map<String, byte[]> cases = new LinkedHashMap<>();
    cases.put("65,535 squared", png(header(65_535, 65_535, 8, 2, 0), data));
    cases.put("one column of 2^31 rows", png(header(1, Integer.MAX_VALUE, 8, 2, 0), data));
    cases.put("2^32 columns", png(header(0xffffffffL, 1, 8, 2, 0), data));
    cases.put("no pixels", png(header(0, 0, 8, 2, 0), data));
    cases.put("20,000 squared, interlaced", png(header(20_000, 20_000, 16, 6, 1), data));
    cases.put("pixels that end early", png(header(100, 100, 8, 2, 0), data));
    cases.put("interlaced pixels that end early", png(header(100, 100, 8, 2, 1), data));
    cases.put("no pixels at all", png(header(8, 8, 8, 2, 0)));
    cases.put(
        "a chunk of 2^31-1 bytes",
        png(header(8, 8, 8, 2, 0), chunk("abcd", new byte[9], Integer.MAX_VALUE), data));
    cases.put(
        "a chunk of 2^32-1 bytes",
        png(header(8, 8, 8, 2, 0), chunk("IDAT", new byte[9], 0xffffffffL)));
    cases.put("three bits", png(header(8, 8, 3, 2, 0), data));
    cases.put("colour type 9", png(header(8, 8, 8, 9, 0), data));
    cases.put("interlaced as 7", png(header(8, 8, 8, 2, 7), data));
    cases.put("a palette that is missing", png(header(8, 8, 8, 3, 0), chunk("IDAT", deflated(72))));
    cases.put(
        "a palette of 100,000 colours",
        png(
            header(8, 8, 8, 3, 0),
            chunk("PLTE", new byte[300_000]),
            chunk("tRNS", new byte[100_000]),
            chunk("IDAT", text("no zlib"))));
    byte[] palette = chunk("PLTE", new byte[6]);
    palette[9]++; // after its sum was made
    cases.put(
        "a palette of another sum",
        png(header(8, 8, 8, 3, 0), palette, chunk("IDAT", deflated(72))));
    byte[] size = header(8, 8, 8, 2, 0);
    size[11]--;
    cases.put("a width of another sum", png(size, chunk("IDAT", deflated(200))));
    cases.put("no zlib stream", png(header(8, 8, 8, 2, 0), chunk("IDAT", new byte[1000])));
    cases.put("only its first bytes", Arrays.copyOf(png(), 8));
    return cases;
  }

  // ---- GIF

  private static byte[] gif(int width, int height, byte[]... blocks) {
    return joined(
        text("GIF89a"),
        little(width, 2),
        little(height, 2),
        new byte[] {(byte) 0x80, 0, 0},
        new byte[] {0, 0, 0, 9, 9, 9},
        joined(blocks),
        text(";"));
  }

  private static byte[] frame(int left, int top, int width, int height, byte[] data) {
    return joined(
        text(","),
        little(left, 2),
        little(top, 2),
        little(width, 2),
        little(height, 2),
        new byte[] {0},
        data);
  }

  /** One pixel of colour 1: clear, 1, end, in codes of three bits. */
  private static final byte[] PIXEL = {2, 2, 0x4c, 1, 0};

  private static Map<String, byte[]> gifs() {
    Map<String, byte[]> cases = new LinkedHashMap<>();
    cases.put("a screen of 65,535 squared", gif(65_535, 65_535, frame(0, 0, 1, 1, PIXEL)));
    cases.put("a frame of 65,535 squared", gif(1, 1, frame(0, 0, 65_535, 65_535, PIXEL)));
    cases.put("a frame far off", gif(9, 9, frame(60_000, 60_000, 60_000, 60_000, PIXEL)));
    cases.put("no frame", gif(9, 9));
    cases.put("a frame of no pixels", gif(0, 0, frame(0, 0, 0, 0, PIXEL)));
    cases.put("pixels that end early", gif(50, 50, frame(0, 0, 50, 50, PIXEL)));
    cases.put(
        "codes of 255 bits", gif(9, 9, frame(0, 0, 9, 9, new byte[] {(byte) 255, 2, 0x4c, 1, 0})));
    cases.put("codes of no bits", gif(9, 9, frame(0, 0, 9, 9, new byte[] {0, 2, 0x4c, 1, 0})));
    cases.put(
        "a code that is not there yet",
        gif(9, 9, frame(0, 0, 9, 9, new byte[] {2, 2, (byte) 0xfc, 0x7f, 0})));
    cases.put(
        "an extension without end",
        gif(9, 9, text("!\u00fe"), repeated(new byte[] {1, 1}, 500_000)));
    cases.put("a million extensions", gif(9, 9, repeated(text("!\u00fe\u0000"), 1_000_000)));
    cases.put("an unknown block", gif(9, 9, text("?")));
    return cases;
  }

  // ---- BMP

  private static byte[] bmp(
      long width, long height, int bits, int compression, long size, long colours, byte[] data) {
    return joined(
        text("BM"),
        little(54L + data.length, 4),
        little(0, 4),
        little(54, 4),
        little(40, 4),
        little(width, 4),
        little(height, 4),
        little(1, 2),
        little(bits, 2),
        little(compression, 4),
        little(size, 4),
        new byte[8],
        little(colours, 4),
        little(0, 4),
        data);
  }

  /** With 256 colours and runs of pixels. */
  private static byte[] bmpOfColours(int width, int height, byte[] coloursAndRuns) {
    byte[] file = bmp(width, height, 8, 1, 0, 256, coloursAndRuns);
    System.arraycopy(little(54 + 4 * 256, 4), 0, file, 10, 4);
    return file;
  }

  private static Map<String, byte[]> bmps() {
    long most = Integer.MAX_VALUE;
    Map<String, byte[]> cases = new LinkedHashMap<>();
    cases.put("2^31-1 squared", bmp(most, most, 24, 0, 0, 0, new byte[50]));
    cases.put("-2^31 rows", bmp(8, 1L << 31, 24, 0, 0, 0, new byte[50]));
    cases.put("a negative width", bmp(-8, 8, 24, 0, 0, 0, new byte[50]));
    cases.put("pixels that end early", bmp(100, 100, 24, 0, 0, 0, new byte[50]));
    cases.put("2^31-1 colours", bmp(8, 8, 8, 0, 0, most, new byte[2000]));
    cases.put("2^32-1 colours", bmp(8, 8, 8, 0, 0, 0xffffffffL, new byte[2000]));
    cases.put("17 bits", bmp(8, 8, 17, 0, 0, 0, new byte[2000]));
    cases.put("runs of 2 GB", bmp(8, 8, 8, 1, most, 2, new byte[50]));
    cases.put(
        "runs beyond the image",
        bmp(8, 8, 8, 1, 0, 2, joined(new byte[8], repeated(new byte[] {(byte) 255, 1}, 1000))));
    cases.put(
        "moves beyond the image",
        bmp(
            8,
            8,
            8,
            1,
            0,
            2,
            joined(new byte[8], repeated(new byte[] {0, 2, (byte) 255, (byte) 255}, 1000))));
    byte[] runs = joined(repeated(little(0x00010203, 4), 256), new byte[] {8, 1, 0, 0, 8, 1, 0, 1});
    cases.put("runs that end early", bmpOfColours(8, 8, runs));
    byte[] within = png(header(60_000, 60_000, 8, 2, 0), chunk("IDAT", deflated(1000)));
    cases.put("a PNG file of 60,000 squared within", bmp(8, 8, 0, 5, within.length, 0, within));
    byte[] long_ = bmp(8, 8, 24, 0, 0, 0, new byte[50]);
    cases.put(
        "a header of 2^31-1 bytes",
        joined(
            Arrays.copyOf(long_, 14),
            little(most, 4),
            Arrays.copyOfRange(long_, 18, long_.length)));
    return cases;
  }

  // ---- JPEG

  private static byte[] segment(int marker, byte[] data) {
    return joined(new byte[] {(byte) 0xff, (byte) marker}, big(data.length + 2, 2), data);
  }

  private static byte[] start(int marker, int width, int height) {
    return joined(
        new byte[] {(byte) 0xff, (byte) 0xd8},
        segment(0xdb, joined(new byte[1], repeated(new byte[] {1}, 64))),
        segment(
            marker,
            joined(new byte[] {8}, big(height, 2), big(width, 2), new byte[] {1, 1, 0x11, 0})));
  }

  private static byte[] codes(int table, int symbol) {
    byte[] counts = new byte[16];
    counts[0] = 1; // the code 0
    return segment(0xc4, joined(new byte[] {(byte) table}, counts, new byte[] {(byte) symbol}));
  }

  private static byte[] scan(int first, int last, byte[] data) {
    return joined(segment(0xda, new byte[] {1, 1, 0, (byte) first, (byte) last, 0}), data);
  }

  private static final byte[] END = {(byte) 0xff, (byte) 0xd9};

  /**
   * A grey image of 4096 by 4096, progressive, of which each scan says "nothing" in a few bytes.
   */
  private static byte[] goneOver(int scans) {
    // a run of 2^14 blocks is the code 0 and 14 bits
    byte[] nothing = new byte[512 * 512 / (1 << 14) * 15 / 8 + 1];
    return joined(
        start(0xc2, 4096, 4096),
        codes(0x00, 0),
        codes(0x10, 0xe0),
        scan(0, 0, new byte[512 * 512 / 8]),
        repeated(scan(1, 63, nothing), scans),
        END);
  }

  private static Map<String, byte[]> jpegs() {
    Map<String, byte[]> cases = new LinkedHashMap<>();
    byte[] scan = scan(0, 63, new byte[10]);
    cases.put(
        "65,500 squared",
        joined(start(0xc2, 65_500, 65_500), codes(0, 0), codes(0x10, 0), scan, END));
    cases.put("65,500 squared without pixels", joined(start(0xc0, 65_500, 65_500), END));
    cases.put("no rows", joined(start(0xc0, 8, 0), codes(0, 0), codes(0x10, 0), scan, END));
    cases.put("8000 scans", goneOver(8000));
    cases.put("codes that are missing", joined(start(0xc0, 8, 8), scan, END));
    cases.put(
        "pixels that end early",
        joined(start(0xc0, 2000, 2000), codes(0, 0), codes(0x10, 0), scan(0, 63, new byte[3])));
    cases.put(
        "a code table of too many",
        joined(
            start(0xc0, 8, 8),
            segment(0xc4, repeated(new byte[] {(byte) 255}, 60_000)),
            scan,
            END));
    cases.put(
        "a segment of no length",
        joined(start(0xc0, 8, 8), new byte[] {(byte) 0xff, (byte) 0xc4, 0, 0}, scan, END));
    cases.put(
        "nothing but fill bytes",
        joined(
            new byte[] {(byte) 0xff, (byte) 0xd8}, repeated(new byte[] {(byte) 0xff}, 1_000_000)));
    cases.put(
        "nothing but comments",
        joined(
            new byte[] {(byte) 0xff, (byte) 0xd8}, repeated(segment(0xfe, new byte[0]), 250_000)));
    return cases;
  }

  // ---- WebP

  private static byte[] riff(byte[]... chunks) {
    byte[] all = joined(chunks);
    return joined(text("RIFF"), little(4L + all.length, 4), text("WEBP"), all);
  }

  private static byte[] part(String name, byte[] data) {
    return joined(text(name), little(data.length, 4), data, new byte[data.length & 1]);
  }

  private static byte[] canvas(int flags, int width, int height) {
    return part("VP8X", joined(little(flags, 4), little(width - 1, 3), little(height - 1, 3)));
  }

  private static byte[] lossless(int width, int height) {
    return part(
        "VP8L",
        joined(new byte[] {0x2f}, little(width - 1 | (long) (height - 1) << 14, 4), new byte[20]));
  }

  private static Map<String, byte[]> webps() {
    Map<String, byte[]> cases = new LinkedHashMap<>();
    cases.put("a canvas of 2^24 squared", riff(canvas(0, 1 << 24, 1 << 24), lossless(8, 8)));
    cases.put("a canvas and another image", riff(canvas(0, 4000, 4000), lossless(8, 8)));
    cases.put("16,384 squared", riff(lossless(16_384, 16_384)));
    cases.put("pixels that end early", riff(lossless(2000, 2000)));
    byte[] place = joined(little(0, 3), little(0, 3), little(7, 3), little(7, 3), new byte[4]);
    cases.put(
        "an animation of another frame",
        riff(
            canvas(2, 8, 8),
            part("ANIM", new byte[6]),
            part("ANMF", joined(place, lossless(16_000, 16_000)))));
    byte[] off = joined(little(9000, 3), little(9000, 3), little(7, 3), little(7, 3), new byte[4]);
    cases.put(
        "a frame beyond the canvas",
        riff(
            canvas(2, 8, 8), part("ANIM", new byte[6]), part("ANMF", joined(off, lossless(8, 8)))));
    cases.put("an animation without a frame", riff(canvas(2, 8, 8), part("ANIM", new byte[6])));
    cases.put(
        "a chunk of 2^32-1 bytes",
        riff(canvas(2, 8, 8), text("ANMF"), little(0xffffffffL, 4), new byte[30]));
    cases.put(
        "a million empty chunks",
        riff(canvas(2, 8, 8), repeated(part("abcd", new byte[0]), 1_000_000)));
    cases.put("only its first bytes", Arrays.copyOf(riff(lossless(8, 8)), 16));
    return cases;
  }

  // ---- portable maps

  private static Map<String, byte[]> maps() {
    Map<String, byte[]> cases = new LinkedHashMap<>();
    cases.put("99,999 squared", text("P6 99999 99999 255\n"));
    cases.put("12,000 squared that are not there", text("P6 12000 12000 65535\n"));
    cases.put("text pixels that are not there", text("P1 12000 12000\n1 0 1"));
    cases.put("no levels", text("P5 1 1 0\n1"));
    cases.put("a comment without end", text("P5 #" + "x".repeat(1_000_000)));
    cases.put("a number without end", text("P5 " + "1".repeat(1_000_000)));
    return cases;
  }

  // ---- the checks

  @Test
  @Timeout(240)
  void eachIsRefusedByNameAndCostsLittle() {
    Map<String, Map<String, byte[]>> kinds = new LinkedHashMap<>();
    kinds.put("PNG", pngs());
    kinds.put("GIF", gifs());
    kinds.put("BMP", bmps());
    kinds.put("JPEG", jpegs());
    kinds.put("WebP", webps());
    kinds.put("map", maps());
    kinds.forEach(
        (kind, cases) ->
            HostileFiles.check(
                cases,
                file -> ImageDecoder.decode(file, "the " + kind),
                "the " + kind + ": ",
                InvalidInputException.class,
                REFUSED));
  }

  /** What a header claims is refused by whoever looks at headers only, too. */
  @Test
  void sizesThatCannotBeAreRefusedFromTheHeader() {
    for (byte[] file :
        new byte[][] {
          pngs().get("65,535 squared"),
          gifs().get("a screen of 65,535 squared"),
          bmps().get("2^31-1 squared"),
          jpegs().get("65,500 squared"),
          jpegs().get("8000 scans"),
          webps().get("16,384 squared"),
          maps().get("99,999 squared"),
        }) {
      assertThatThrownBy(() -> ImageDecoder.size(file, "x"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith("x: ");
    }
  }

  @Test
  void whatLiesBesideThePixelsIsSkipped() {
    byte[] inflates = deflated(100_000_000);
    Map<String, byte[]> sound = new LinkedHashMap<>();
    sound.put(
        "texts that inflate",
        black(
            chunk("zTXt", joined(text("k\u0000\u0000"), inflates)),
            chunk("iTXt", joined(text("k\u0000\u0001\u0000\u0000\u0000"), inflates))));
    sound.put(
        "a profile that inflates", black(chunk("iCCP", joined(text("p\u0000\u0000"), inflates))));
    sound.put("100,000 empty chunks", black(repeated(chunk("abCd", new byte[0]), 100_000)));
    sound.put("pixels after the last one", png(header(8, 8, 8, 2, 0), chunk("IDAT", inflates)));
    sound.forEach(
        (what, file) ->
            HostileFiles.costsLittle(
                what,
                () -> {
                  RgbImage image = ImageDecoder.decode(file, what);
                  assertThat(image.size()).as(what).isEqualTo(ImageSize.square(8));
                  assertThat(image.rgb()).as(what).containsOnly(0);
                },
                SOUND));
  }

  @Test
  void ofAnAnimationOnlyTheFirstFrameCosts() {
    byte[] many = gif(1, 1, repeated(frame(0, 0, 1, 1, PIXEL), 100_000));
    HostileFiles.costsLittle(
        "frames",
        () -> assertThat(ImageDecoder.decode(many, "x").rgb()).containsExactly(9, 9, 9),
        SOUND);
  }

  @Test
  void runsThatReachTheLastPixelAreRead() {
    byte[] colours = repeated(new byte[] {3, 2, 1, 0}, 256);
    byte[] runs = {2, 5, 0, 0, 0, 2, 1, 0, 1, 7};
    RgbImage image = ImageDecoder.decode(bmpOfColours(2, 2, joined(colours, runs)), "x");
    assertThat(image.size()).isEqualTo(ImageSize.square(2));
    assertThat(Arrays.copyOfRange(image.rgb(), 6, 12)).containsExactly(1, 2, 3, 1, 2, 3);
  }

  /** As many scans as encoders make are no reason to refuse a file. */
  @Test
  void aProgressiveFileOfSomeScansIsRead() {
    RgbImage image = ImageDecoder.decode(goneOver(1), "x");
    assertThat(image.size()).isEqualTo(ImageSize.square(4096));
    assertThat(Arrays.copyOf(image.rgb(), 9)).containsOnly(128);
  }
}
