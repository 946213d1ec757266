package org.reprise.engine.trace;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.engine.record.AtomicFiles;

/** Tensors as image files. */
final class ImageFiles {
  private static final float QUALITY = 0.9f;

  private ImageFiles() {}

  /**
   * Turns a tensor into an image.
   *
   * @param pixels {@code [3,H,W]} float32, RGB; what lies outside [0,1] is cut off
   */
  static BufferedImage image(Tensor pixels) {
    Tensor bytes =
        pixels
            .detach()
            .clamp_min(new Scalar(0.0))
            .clamp_max(new Scalar(1.0))
            .mul(new Scalar(255.0))
            .round()
            .to(ScalarType.Byte)
            .permute(1, 2, 0)
            .contiguous()
            .cpu();
    int height = (int) bytes.size(0);
    int width = (int) bytes.size(1);
    byte[] rgb = new byte[3 * height * width];
    new BytePointer(bytes.data_ptr()).get(rgb);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0, at = 0; y < height; y++) {
      for (int x = 0; x < width; x++, at += 3) {
        image.setRGB(
            x, y, (rgb[at] & 0xff) << 16 | (rgb[at + 1] & 0xff) << 8 | (rgb[at + 2] & 0xff));
      }
    }
    return image;
  }

  /** Writes a PNG or, to a name that ends so, a JPEG. The file is replaced as a whole. */
  static void write(BufferedImage image, Path file) throws IOException {
    byte[] bytes = file.toString().endsWith(".jpg") ? jpeg(image) : png(image);
    AtomicFiles.replace(file, temporary -> Files.write(temporary, bytes));
  }

  private static byte[] png(BufferedImage image) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (!ImageIO.write(image, "png", bytes)) {
      throw new IOException("this Java writes no PNG");
    }
    return bytes.toByteArray();
  }

  private static byte[] jpeg(BufferedImage image) throws IOException {
    Iterator<ImageWriter> writers = ImageIO.getImageWritersByFormatName("jpg");
    if (!writers.hasNext()) {
      throw new IOException("this Java writes no JPEG");
    }
    ImageWriter writer = writers.next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam options = writer.getDefaultWriteParam();
      options.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      options.setCompressionQuality(QUALITY);
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), options);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
