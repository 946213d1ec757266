package org.reprise.engine.study;

import java.nio.file.FileSystemException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.record.WriteFailure;

/** Words why something failed, for a user. */
public final class FailureText {
  /** How libtorch words that memory is out, on CPUs and on GPUs. */
  private static final Pattern NO_MEMORY =
      Pattern.compile("[Tt]ried to allocate ([0-9.]+) (bytes|MiB|GiB)");

  /** What JavaCPP says. */
  private static final String FREED = "This pointer address is NULL.";

  private FailureText() {}

  /**
   * Words a failure.
   *
   * @param e what was thrown
   * @return what went wrong; one line, unless the input had several problems
   */
  public static String of(Throwable e) {
    if (e instanceof InvalidInputException) {
      return e.getMessage();
    }
    if (e instanceof OutOfMemoryError) {
      return String.format(
          Locale.ROOT,
          "the Java heap of %,.0f MB is too small (%s); REPRISE_JAVA_OPTS=-Xmx8g gives it 8 GB",
          Runtime.getRuntime().maxMemory() / 1e6,
          e.getMessage());
    }
    Matcher memory = NO_MEMORY.matcher(String.valueOf(e.getMessage()));
    if (memory.find()) {
      return String.format(
          Locale.ROOT,
          "libtorch could not get %.2f GB of %s memory; lower training.batch-size, or free memory",
          Double.parseDouble(memory.group(1))
              / (memory.group(2).equals("bytes")
                  ? 1e9
                  : memory.group(2).equals("MiB") ? 954 : 0.93),
          String.valueOf(e.getMessage()).contains("CUDA") ? "the GPU's" : "the computer's");
    }
    if (e instanceof FileSystemException file) {
      return WriteFailure.reason(file);
    }
    if (FREED.equals(e.getMessage())) {
      return "a tensor was used after it had been freed";
    }
    // libtorch's errors end in a page of native frames; their first line says what matters
    String text = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return text.lines().findFirst().orElse(e.getClass().getSimpleName());
  }
}
