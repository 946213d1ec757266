package org.reprise.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import org.reprise.cli.Main;

/**
 * Carries out the commands that standard input asks for, one after the other. {@link Standing} is
 * the other side.
 */
final class CommandServer {
  private CommandServer() {}

  /**
   * Serves until standard input ends. A request is the number of arguments and each of them; the
   * answer is the exit code, and what went to standard output and to standard error.
   *
   * @param none not read
   */
  public static void main(String[] none) throws IOException {
    DataInputStream requests = new DataInputStream(System.in);
    DataOutputStream answers =
        new DataOutputStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)));
    System.setIn(InputStream.nullInputStream());
    while (true) {
      String[] arguments;
      try {
        arguments = new String[requests.readInt()];
      } catch (EOFException e) {
        System.exit(0); // whatever a command has left running
        return;
      }
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] = requests.readUTF();
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      System.setOut(new PrintStream(out, true, UTF_8));
      System.setErr(new PrintStream(err, true, UTF_8));
      int code =
          Main.execute(
              arguments,
              new PrintWriter(System.out, true, UTF_8),
              new PrintWriter(System.err, true, UTF_8));
      answers.writeInt(code);
      for (ByteArrayOutputStream stream : new ByteArrayOutputStream[] {out, err}) {
        answers.writeInt(stream.size());
        stream.writeTo(answers);
      }
      answers.flush();
    }
  }
}
