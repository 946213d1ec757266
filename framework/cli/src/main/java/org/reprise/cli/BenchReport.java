package org.reprise.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.reprise.engine.bench.Machine;
import org.reprise.engine.record.WriteFailure;

/** A benchmark's figures as JSON. */
final class BenchReport {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new SimpleModule().addSerializer(OptionalLong.class, new NumberOrNull()))
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .build();

  private BenchReport() {}

  private static final class NumberOrNull extends JsonSerializer<OptionalLong> {
    @Override
    public void serialize(OptionalLong value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      if (value.isPresent()) {
        out.writeNumber(value.getAsLong());
      } else {
        out.writeNull();
      }
    }
  }

  static void write(Path file, List<String> commandLine, Machine machine, Map<String, ?> figures) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("time", Instant.now().toString());
    root.put("command_line", commandLine);
    root.put("reprise", new Version().getVersion()[0]);
    root.put("machine", machine);
    root.putAll(figures);
    try {
      MAPPER.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), root);
    } catch (IOException e) {
      throw WriteFailure.of("--json " + file, e);
    }
  }
}
