package org.reprise.engine.image;

import java.io.IOException;
import org.reprise.budget.Budget;
import org.reprise.budget.BudgetException;

/** A GIF file: its first frame, decoded by ImageIO, on its screen. */
final class GifImage implements EncodedImage {
  /** ImageIO's index and the frame's and the screen's three channels. */
  private static final int BYTES_EACH = 7;

  private final GifScreen screen;
  private final int[] size;
  private final String place;

  GifImage(byte[] file, String place) throws IOException {
    this.screen = GifScreen.read(file);
    this.size = screen.size();
    this.place = place;
  }

  @Override
  public int height() {
    return size[0];
  }

  @Override
  public int width() {
    return size[1];
  }

  @Override
  public void charge(Budget budget) throws BudgetException {
    budget.charge(pixels(), BYTES_EACH);
  }

  @Override
  public RgbImage decode() throws IOException {
    screen.requirePixels();
    try (ImageIoImage frame = new ImageIoImage(screen.withoutInterlace(), place)) {
      return screen.show(frame.decode());
    }
  }
}
