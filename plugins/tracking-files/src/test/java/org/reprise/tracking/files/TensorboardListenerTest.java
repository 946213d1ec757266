package org.reprise.tracking.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.InvalidProtocolBufferException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.reprise.api.run.Run;
import org.reprise.api.run.RunEvent;
import org.reprise.api.run.RunListener;
import org.reprise.api.run.RunListenerContext;
import org.reprise.testkit.FakeRunListenerContext;
import org.reprise.testkit.RunListenerContract;
import org.tensorflow.framework.HistogramProto;
import org.tensorflow.framework.Summary;
import org.tensorflow.util.Event;
import org.tensorflow.util.SessionLog;

/** Event files, read back by TensorFlow's own message classes. */
class TensorboardListenerTest extends RunListenerContract {
  @Override
  protected RunListener create(RunListenerContext context) {
    return new TensorboardFactory().create(new TensorboardOptions(1), context);
  }

  @Override
  protected List<Integer> recorded(Run run) {
    return values(run, "accuracy/test").stream().map(event -> (int) event.getStep()).toList();
  }

  /** Reads what a reader keeps: where a session starts, later steps of before are dropped. */
  private static List<Event> kept(Run run) {
    List<Event> kept = new ArrayList<>();
    try (Stream<Path> files = Files.list(run.folder().resolve("tensorboard"))) {
      for (Path file : files.sorted().toList()) {
        List<Event> events = read(Files.readAllBytes(file));
        assertThat(events.get(0).getFileVersion()).isEqualTo("brain.Event:2");
        for (Event event : events) {
          if (event.getSessionLog().getStatus() == SessionLog.SessionStatus.START) {
            kept.removeIf(before -> before.getStep() >= event.getStep());
          }
          kept.add(event);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return kept;
  }

  private static List<Event> values(Run run, String tag) {
    return kept(run).stream()
        .filter(event -> event.getSummary().getValueCount() == 1)
        .filter(event -> event.getSummary().getValue(0).getTag().equals(tag))
        .toList();
  }

  private static Summary.Value only(Run run, String tag) {
    List<Event> found = values(run, tag);
    assertThat(found).as(tag).hasSize(1);
    return found.get(0).getSummary().getValue(0);
  }

  private static List<Event> read(byte[] file) throws InvalidProtocolBufferException {
    List<Event> events = new ArrayList<>();
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      byte[] length = new byte[8];
      buffer.get(length);
      assertThat(buffer.getInt()).isEqualTo(masked(length));
      byte[] data =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      buffer.get(data);
      assertThat(buffer.getInt()).isEqualTo(masked(data));
      events.add(Event.parseFrom(data));
    }
    return events;
  }

  /** The checksum of a TFRecord, bit by bit: CRC-32C, turned right by 15, and a constant added. */
  private static int masked(byte[] data) {
    int crc = ~0;
    for (byte value : data) {
      crc ^= value & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ 0x82f63b78;
      }
    }
    crc = ~crc;
    return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
  }

  @Test
  void theChecksumOfTheTestIsTheKnownOne() {
    byte[] digits = "123456789".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    int crc = 0xe3069283; // CRC-32C of these digits, RFC 3720
    assertThat(masked(digits)).isEqualTo(((crc >>> 15) | (crc << 17)) + 0xa282ead8);
  }

  @Test
  void figuresPicturesAndHistogramsAreReadBack() throws IOException {
    Run run = run(1);
    Tensor picture = torch.zeros(2, 3, 2, 3);
    picture.select(1, 0).fill_(new org.bytedeco.pytorch.Scalar(2)); // red, too much of it
    picture.select(0, 1).fill_(new org.bytedeco.pytorch.Scalar(0.5)); // the second view grey
    Tensor mapping = Tensor.create(new float[] {0, 0.25f, 1, 0, 0.5f, 0.75f}).reshape(3, 2);
    try (RunListener listener = create(new FakeRunListenerContext(run))) {
      tellEpoch(listener, 4, true);
      listener.on(new RunEvent.Learned(7, picture, Optional.of(mapping)));
    }
    assertThat(only(run, "loss/train").getSimpleValue()).isCloseTo(1.5f / 4, within(1e-6f));
    assertThat(only(run, "loss/test").getSimpleValue()).isEqualTo(0.75f);
    assertThat(only(run, "accuracy/test").getSimpleValue()).isCloseTo(4f / 7, within(1e-6f));
    assertThat(only(run, "learning-rate").getSimpleValue()).isEqualTo(0.01f);
    assertThat(only(run, "seconds/data").getSimpleValue()).isEqualTo(0.0625f);
    assertThat(values(run, "loss/validation")).isEmpty();
    Summary.Value text = only(run, "experiment");
    assertThat(text.getMetadata().getPluginData().getPluginName()).isEqualTo("text");
    assertThat(text.getTensor().getStringVal(0).toStringUtf8())
        .contains("| mapping.name | blm++ |");

    Summary.Image image =
        values(run, "prompt").stream()
            .filter(event -> event.getStep() == 7)
            .findFirst()
            .orElseThrow()
            .getSummary()
            .getValue(0)
            .getImage();
    BufferedImage decoded =
        ImageIO.read(new ByteArrayInputStream(image.getEncodedImageString().toByteArray()));
    assertThat(List.of(image.getHeight(), image.getWidth(), image.getColorspace()))
        .containsExactly(2, 6, 3);
    assertThat(List.of(decoded.getHeight(), decoded.getWidth())).containsExactly(2, 6);
    assertThat(decoded.getRGB(2, 1)).isEqualTo(0xffff0000);
    assertThat(decoded.getRGB(3, 0)).isEqualTo(0xff808080);

    HistogramProto weights = histogram(run, "mapping/weights");
    assertThat(List.of(weights.getMin(), weights.getMax(), weights.getNum(), weights.getSum()))
        .containsExactly(0.0, 1.0, 6.0, 2.5);
    assertThat(weights.getSumSquares()).isEqualTo(0.0625 + 1 + 0.25 + 0.5625);
    assertThat(weights.getBucketList().stream().mapToDouble(Double::doubleValue).sum())
        .isEqualTo(6);
    for (float value : new float[] {0, 0.25f, 0.5f, 0.75f, 1}) {
      assertThat(count(weights, value)).as("%s", value).isEqualTo(value == 0 ? 2 : 1);
    }
    HistogramProto strongest = histogram(run, "mapping/strongest");
    assertThat(List.of(strongest.getMin(), strongest.getMax(), strongest.getNum()))
        .containsExactly(0.75, 1.0, 2.0);
  }

  private static HistogramProto histogram(Run run, String tag) {
    return values(run, tag).stream()
        .filter(event -> event.getStep() == 7)
        .findFirst()
        .orElseThrow()
        .getSummary()
        .getValue(0)
        .getHisto();
  }

  private static double count(HistogramProto histogram, double value) {
    int bucket = 0;
    while (histogram.getBucketLimit(bucket) < value) {
      bucket++;
    }
    return histogram.getBucket(bucket);
  }

  @Test
  void picturesAreMadeNowAndThen() {
    Run run = run(8);
    for (int every : new int[] {0, 3}) {
      RunListenerContext context = new FakeRunListenerContext(run);
      try (RunListener listener =
          new TensorboardFactory().create(new TensorboardOptions(every), context)) {
        for (int epoch = 1; epoch <= 8; epoch++) {
          tellEpoch(listener, epoch, false);
        }
      }
      assertThat(values(run, "prompt").stream().map(Event::getStep))
          .containsExactlyElementsOf(every == 0 ? List.of() : List.of(1L, 3L, 6L, 8L));
    }
  }

  @Test
  void whatWasToldOfAnEpochThatIsRepeatedCountsNoMore() {
    Run run = run(4);
    try (RunListener listener = create(new FakeRunListenerContext(run))) {
      tellEpoch(listener, 1, true);
      tellEpoch(listener, 2, true);
      tellEpoch(listener, 3, true);
    }
    try (RunListener listener = create(new FakeRunListenerContext(run, 1))) {
      tellEpoch(listener, 2, true);
    }
    assertThat(recorded(run)).containsExactly(1, 2);
  }
}
