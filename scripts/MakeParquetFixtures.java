import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/**
 * Writes small Parquet files with Apache's own library, version 2 of its format: delta encodings of
 * bytes, texts and numbers, booleans as runs, nulls, several pages. The tests of datasets-parquet
 * read them.
 *
 * <p>java -cp "LIB/*" MakeParquetFixtures.java FOLDER, where LIB holds parquet-hadoop 1.15,
 * hadoop-client-api and hadoop-client-runtime 3.4 and what they need.
 */
public final class MakeParquetFixtures {
  private static final MessageType SCHEMA =
      MessageTypeParser.parseMessageType(
          "message rows { optional group image { optional binary bytes; optional binary path"
              + " (STRING); } required binary label (STRING); required boolean flag; required"
              + " int32 small; required int64 large; }");

  public static void main(String[] arguments) throws Exception {
    for (String codec : new String[] {"UNCOMPRESSED", "GZIP"}) {
      Path file =
          new Path(arguments[0], "apache-" + codec.toLowerCase(Locale.ROOT) + ".parquet");
      try (ParquetWriter<Group> writer =
          ExampleParquetWriter.builder(file)
              .withConf(new Configuration())
              .withType(SCHEMA)
              .withWriterVersion(WriterVersion.PARQUET_2_0)
              .withDictionaryEncoding(false)
              .withCompressionCodec(CompressionCodecName.valueOf(codec))
              .withPageRowCountLimit(90)
              .build()) {
        SimpleGroupFactory groups = new SimpleGroupFactory(SCHEMA);
        for (int n = 0; n < 300; n++) {
          Group row = groups.newGroup();
          if (n % 7 != 3) {
            Group image = row.addGroup("image");
            image.add("bytes", Binary.fromConstantByteArray(bytes(n)));
          }
          row.add("label", n % 3 == 0 ? "ant" : n % 3 == 1 ? "ants" : "\u00e4nt");
          row.add("flag", n % 100 < 50 || n % 3 == 0);
          row.add("small", n % 3);
          row.add("large", n * 1_000_000_007L * (n % 2 == 0 ? 1 : -5_000_000_009L));
          writer.write(row);
        }
      }
    }
  }

  /** Neighbours begin alike, as sorted texts do. */
  private static byte[] bytes(int n) {
    return ("row " + n / 10 + " begins, ends " + n).getBytes(StandardCharsets.UTF_8);
  }
}
