package org.reprise.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.reprise.api.InvalidInputException;
import org.reprise.budget.Shown;
import org.reprise.engine.study.FailureText;
import org.reprise.engine.training.RunStoppedException;
import org.reprise.engine.waiting.CallWatch;
import org.reprise.engine.workers.WorkerFailedException;
import org.reprise.engine.workers.WorkerLostException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The command itself. Exit codes: 0 done, 1 the run failed, 2 the input was wrong, 130 stopped by
 * the user.
 */
@Command(
    name = "reprise",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    scope = ScopeType.INHERIT,
    description = "Reprograms a frozen, pretrained vision model for a new task.",
    subcommands = {
      RunCommand.class,
      ResumeCommand.class,
      ForkCommand.class,
      RunsCommand.class,
      CompareCommand.class,
      DiffCommand.class,
      EvaluateCommand.class,
      PredictCommand.class,
      ReportCommand.class,
      MappingCommand.class,
      WeightsCommand.class,
      DataCommand.class,
      ImportCommand.class,
      PluginsCommand.class,
      SchemaCommand.class,
      BenchCommand.class,
      DoctorCommand.class,
      CompletionCommand.class
    })
public final class Main implements Runnable {
  static final int FAILED = 1;

  private static final int LONGEST_LINE = 10_000; // characters of a message

  static final int WRONG_INPUT = 2;
  static final int STOPPED = 130;

  /** Of a process that SIGTERM ended. */
  static final int TERMINATED = 143;

  @Spec private CommandSpec spec;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an error.")
  private boolean debug;

  /**
   * Runs a command and ends the process.
   *
   * @param arguments as typed
   */
  public static void main(String[] arguments) {
    PrintStream console = System.err;
    PrintWriter err = new PrintWriter(console, true, UTF_8);
    PrintWriter out = new PrintWriter(System.out, true, UTF_8);
    System.setOut(ForeignOutput.onto(console));
    System.setErr(ForeignOutput.onto(console));
    ForeignExit.guard(err);
    CallWatch.ofProcess().tell(text -> err.println("reprise: " + shown(text)));
    Optional<String> unreadable = UnreadableNames.fault(System.getProperty("user.dir"), arguments);
    if (unreadable.isPresent()) {
      err.println("reprise: " + unreadable.get());
      System.exit(WRONG_INPUT);
    }
    System.exit(execute(arguments, out, err));
  }

  /**
   * Runs a command.
   *
   * @param arguments as typed
   * @param out for results
   * @param err for progress and messages
   * @return the exit code
   */
  public static int execute(String[] arguments, PrintWriter out, PrintWriter err) {
    Main main = new Main();
    CommandLine commandLine = commandLine(main);
    commandLine.setOut(out).setErr(err);
    commandLine.setParameterExceptionHandler(
        (e, args) -> {
          PrintWriter to = e.getCommandLine().getErr();
          to.println("reprise: " + WrongCommandLine.message(e));
          to.println("Try: " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
          return WRONG_INPUT;
        });
    commandLine.setExecutionExceptionHandler(
        (e, command, result) -> main.report(e, command.getErr()));
    try {
      int code = commandLine.execute(arguments);
      if (out.checkError() && code == 0) {
        err.println("reprise: the results could not be written to standard output: it is full");
        return FAILED;
      }
      return code;
    } catch (Error e) { // no memory, natives that do not load: picocli hands on exceptions only
      return main.report(e, err);
    }
  }

  static CommandLine commandLine(Main main) {
    return new CommandLine(main).setCaseInsensitiveEnumValuesAllowed(true);
  }

  private int report(Throwable e, PrintWriter err) {
    if (debug) {
      e.printStackTrace(err);
    }
    if (e instanceof RunStoppedException) {
      return STOPPED;
    }
    boolean unexpected =
        !(e instanceof InvalidInputException
            || e instanceof IOException
            || e instanceof WorkerLostException
            || e instanceof WorkerFailedException);
    err.println("reprise: " + shown(FailureText.of(e)) + (unexpected ? inPlugin(e) : ""));
    if (unexpected && !debug) {
      err.println("(--debug shows where this came from)");
    }
    return e instanceof InvalidInputException ? WRONG_INPUT : FAILED;
  }

  /** Escapes what a terminal would obey: a message may hold the name of a file. */
  static String shown(String message) {
    return message
        .lines()
        .map(line -> Shown.of(line, LONGEST_LINE))
        .collect(Collectors.joining(System.lineSeparator()));
  }

  /**
   * Names the place in a plugin where an unexpected error comes from, if there is one. A plugin's
   * class loader has no name, as its classes have no module; the program's and Java's have one or
   * the other.
   */
  private static String inPlugin(Throwable e) {
    return Arrays.stream(e.getStackTrace())
        .filter(frame -> frame.getClassLoaderName() == null && frame.getModuleName() == null)
        .findFirst()
        .map(
            frame ->
                String.format(
                    Locale.ROOT,
                    "%n  in a plugin: %s.%s (%s:%d)",
                    frame.getClassName(),
                    frame.getMethodName(),
                    frame.getFileName(),
                    frame.getLineNumber()))
        .orElse("");
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "a command is needed: " + String.join(", ", spec.subcommands().keySet()));
  }
}
