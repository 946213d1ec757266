package org.reprise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A misspelt command line ends with code 2 and the nearest thing that there is. */
class WrongCommandLineTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rnu tiny.yaml      | there is no command \"rnu\"; did you mean \"run\"?",
        "xyzzy              | there is no command \"xyzzy\"; known: bench, compare, completion, data",
        "weights lsit       | there is no command \"weights lsit\"; did you mean \"list\"?",
        "data cache claer   | there is no command \"data cache claer\"; did you mean \"clear\"?",
        "plugins descrbe x  | there is no command \"plugins descrbe\"; did you mean \"describe\"?",
        "run a.yaml --sett  | there is no option \"run --sett\"; did you mean \"--set\"?",
        "run a.yaml --quite | there is no option \"run --quite\"; did you mean \"--quiet\"?",
        "run a.yaml --stes=3 | there is no option \"run --stes\"; did you mean \"--set\"?",
        "run a.yaml b.yaml  | \"b.yaml\" is one argument too many for run",
        "run                | Missing required parameter: 'EXPERIMENT'",
        "run a.yaml --set   | Missing required parameter for option '--set'",
        "mapping            | a command is needed",
        "predict r i.png --carriers few | 'few' is not an int",
        "evaluate r --checkpoint middle | expected one of [BEST, LAST]",
      })
  void namesTheNearest(String arguments, String message) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();

    int code = Main.execute(arguments.split(" "), new PrintWriter(out), new PrintWriter(err, true));

    assertThat(code).isEqualTo(Main.WRONG_INPUT);
    assertThat(err.toString()).startsWith("reprise: ").contains(message, "--help");
    assertThat(out.toString()).isEmpty();
  }
}
