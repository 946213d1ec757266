package org.reprise.download;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Fetches files over HTTP and HTTPS.
 *
 * <p>A file is under its name when it is complete and its size and checksum are right, never
 * before. What is there of a download that was cut off is kept beside it and gone on with, if the
 * server still has the same version. A file that is there already is never replaced. Several
 * threads and processes may ask for one file at once: one fetches it, the others wait. Proxies are
 * those of Java's system properties, else of {@code https_proxy} and its like. Thread-safe.
 */
public final class Downloader {
  static {
    // Java by default sends no Basic password to a proxy that an HTTPS connection goes through;
    // read once, when the first client is made
    String schemes = "jdk.http.auth.tunneling.disabledSchemes";
    if (System.getProperty(schemes) == null) {
      System.setProperty(schemes, "");
    }
  }

  private static final int ATTEMPTS = 5;
  private static final Duration CONNECT = Duration.ofSeconds(30);

  /** Bytes taken of a server that does not say how many it sends, where nobody else does. */
  private static final long MOST_UNTOLD = 1L << 30;

  private final HttpClient client;
  private final boolean offline;
  private final Duration stall;
  private final Duration pause;
  private final long mostUntold;

  /**
   * Makes a downloader.
   *
   * @param environment the environment variables: {@code REPRISE_OFFLINE} set to anything but 0
   *     forbids the network; {@code https_proxy}, {@code http_proxy}, {@code all_proxy}, {@code
   *     no_proxy}
   */
  public Downloader(Map<String, String> environment) {
    this(environment, Duration.ofSeconds(60), Duration.ofSeconds(1), MOST_UNTOLD);
  }

  /**
   * Makes a downloader with its own patience.
   *
   * @param stall how long the server may say nothing
   * @param pause before the second attempt, doubled before each further one
   * @param mostUntold bytes taken where neither request nor server says how many there are
   */
  Downloader(Map<String, String> environment, Duration stall, Duration pause, long mostUntold) {
    String offlineText = environment.getOrDefault("REPRISE_OFFLINE", "").strip();
    this.offline = !offlineText.isEmpty() && !offlineText.equals("0");
    this.stall = stall;
    this.pause = pause;
    this.mostUntold = mostUntold;
    EnvironmentProxies proxies = new EnvironmentProxies(environment, ProxySelector.getDefault());
    this.client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(CONNECT)
            .proxy(proxies)
            .authenticator(proxies.passwords())
            .version(HttpClient.Version.HTTP_1_1)
            .build();
  }

  /**
   * Makes sure that a file is there.
   *
   * @param request what and where
   * @param progress is told how much is done
   * @return the target, complete and verified
   * @throws DownloadException if it cannot be fetched, is not what was expected, or another file is
   *     there; the message is for the user
   * @throws IOException if the target's folder cannot be written
   */
  public Path fetch(Request request, DownloadProgress progress) throws IOException {
    Path target = request.target();
    if (Files.exists(target)) {
      return verifyExisting(request);
    }
    if (offline) {
      throw new DownloadException(
          target
              + " is not there and REPRISE_OFFLINE forbids to fetch it. Fetch "
              + request.uri()
              + " elsewhere and put it there");
    }
    Files.createDirectories(target.toAbsolutePath().getParent());
    try (TargetLock lock = new TargetLock(target)) {
      if (Files.exists(target)) {
        return verifyExisting(request);
      }
      PartFile part = new PartFile(target, request.uri());
      attempt(request, part, progress);
      verify(request, part);
      part.moveTo(target);
      return target;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DownloadException(request.uri() + ": interrupted; asked again, it goes on", e);
    }
  }

  private static Path verifyExisting(Request request) throws IOException {
    String problem = problem(request, request.target());
    if (!problem.isEmpty()) {
      throw new DownloadException(
          request.target()
              + " is there but is not "
              + request.uri()
              + ": "
              + problem
              + ". It is left as it is; move it away to fetch the file");
    }
    return request.target();
  }

  private static void verify(Request request, PartFile part) throws IOException {
    String problem = problem(request, part.data());
    if (!problem.isEmpty()) {
      part.delete();
      throw new DownloadException(
          request.uri() + " is not the file that was expected: " + problem + ". It was deleted");
    }
  }

  private static String problem(Request request, Path file) throws IOException {
    if (request.bytes().isPresent() && Files.size(file) != request.bytes().getAsLong()) {
      return "it has " + Files.size(file) + " bytes, expected " + request.bytes().getAsLong();
    }
    if (request.checksum().isPresent()) {
      Checksum checksum = request.checksum().get();
      String digest = checksum.of(file);
      if (!checksum.matches(digest)) {
        return checksum.algorithm() + " is " + digest + ", expected " + checksum.hex();
      }
    }
    return "";
  }

  private void attempt(Request request, PartFile part, DownloadProgress progress)
      throws IOException, InterruptedException {
    Duration wait = pause;
    int failures = 0;
    long most = part.size(); // a server that sends the wrong part, again and again, does not get on
    while (true) {
      try {
        transfer(request, part, progress);
        return;
      } catch (DownloadException e) {
        throw e;
      } catch (IllegalArgumentException
          | UncheckedIOException e) { // an address or header that is none
        throw new DownloadException(
            request.uri() + ": the server's answer cannot be used: " + e.getMessage(), e);
      } catch (IOException e) {
        if (String.valueOf(e.getMessage()).contains("Invalid redirection")) { // the client's words
          throw new DownloadException(
              request.uri() + ": the server sends on to no address, which is not followed", e);
        }
        failures = part.size() > most ? 1 : failures + 1; // it gets on: be patient
        most = Math.max(most, part.size());
        if (failures >= ATTEMPTS) {
          throw new DownloadException(unreachable(request, e), e);
        }
        Thread.sleep(wait.toMillis());
        wait = failures == 1 ? pause : wait.multipliedBy(2);
      }
    }
  }

  private static String unreachable(Request request, IOException e) {
    String host = request.uri().getHost();
    boolean noConnection =
        e instanceof ConnectException
            || e instanceof HttpConnectTimeoutException
            || e instanceof UnknownHostException;
    return request.uri()
        + ": "
        + (noConnection
            ? "no connection to " + host + "; is this machine offline, or is a proxy needed?"
            : "the connection failed again and again: " + e.getMessage() + ".")
        + " Asked again, it goes on where it stopped; or fetch it elsewhere and put it at "
        + request.target();
  }

  private void transfer(Request request, PartFile part, DownloadProgress progress)
      throws IOException, InterruptedException {
    long have = part.size();
    Optional<String> validator = part.validator();
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(request.uri()).timeout(stall).header("User-Agent", "reprise");
    if (validator.isPresent()) {
      builder.header("Range", "bytes=" + have + "-").header("If-Range", validator.get());
    }
    HttpResponse<InputStream> response =
        client.send(builder.build(), HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      OptionalLong length = response.headers().firstValueAsLong("Content-Length");
      switch (response.statusCode()) {
        case 200 -> {
          part.restart(validator(response));
          receive(request, part, body, 0, length, progress);
        }
        case 206 -> {
          if (startOf(response) != have) {
            part.delete();
            throw new IOException("the server sent another part than it was asked for");
          }
          if (have == 0) { // sent unasked
            part.restart(validator(response));
          }
          OptionalLong end =
              length.isPresent() ? OptionalLong.of(have + length.getAsLong()) : length;
          OptionalLong total = totalOf(response);
          receive(request, part, body, have, total.isPresent() ? total : end, progress);
        }
        case 416 -> { // nothing left to send, or the file became shorter
          if (!("bytes */" + have)
              .equals(response.headers().firstValue("Content-Range").orElse(""))) {
            part.delete();
            throw new IOException("the file on the server has become shorter");
          }
        }
        case 301, 302, 303, 307, 308 ->
            throw new DownloadException(
                request.uri()
                    + ": the server sends on to "
                    + response.headers().firstValue("Location").orElse("nowhere")
                    + " (from "
                    + response.uri()
                    + "), which is not followed");
        default -> refuse(request.uri(), response.statusCode());
      }
    }
  }

  private static void refuse(URI uri, int status) throws IOException {
    if (status >= 500 || status == 429 || status == 408) {
      throw new IOException("the server answers " + status);
    }
    throw new DownloadException(
        uri
            + ": the server answers "
            + status
            + (status == 404 || status == 410
                ? ", there is no such file"
                : status == 407
                    ? ", the proxy wants a user and password: http://user:password@host:port"
                    : status == 401 || status == 403 ? ", access is denied" : ""));
  }

  // weak tags say that files mean the same, not that their bytes agree
  private static Optional<String> validator(HttpResponse<?> response) {
    if (!response.headers().firstValue("Accept-Ranges").orElse("bytes").equals("bytes")) {
      return Optional.empty();
    }
    return response
        .headers()
        .firstValue("ETag")
        .filter(tag -> !tag.startsWith("W/"))
        .or(() -> response.headers().firstValue("Last-Modified"));
  }

  private static long startOf(HttpResponse<?> response) {
    String range = response.headers().firstValue("Content-Range").orElse("");
    return range.matches("bytes \\d{1,18}-.*")
        ? Long.parseLong(range.substring("bytes ".length(), range.indexOf('-')))
        : -1;
  }

  /** Returns how many bytes the whole file has, of which a part may be less than its rest. */
  private static OptionalLong totalOf(HttpResponse<?> response) {
    String range = response.headers().firstValue("Content-Range").orElse("");
    return range.matches("bytes \\d+-\\d+/\\d{1,18}")
        ? OptionalLong.of(Long.parseLong(range.substring(range.indexOf('/') + 1)))
        : OptionalLong.empty();
  }

  private void receive(
      Request request,
      PartFile part,
      InputStream body,
      long have,
      OptionalLong total,
      DownloadProgress progress)
      throws IOException {
    if (request.bytes().isPresent() && total.isPresent() && !total.equals(request.bytes())) {
      part.delete();
      throw new DownloadException(
          request.uri()
              + " is not the file that was expected: the server has "
              + total.getAsLong()
              + " bytes, expected "
              + request.bytes().getAsLong());
    }
    OptionalLong limit = request.bytes().isPresent() ? request.bytes() : total;
    long room = part.room();
    if (limit.isPresent() && limit.getAsLong() - have > room) {
      throw new DownloadException(
          String.format(
              Locale.ROOT,
              "%s: %.2f GB are to come, and there is room for %.2f GB where %s lies",
              request.uri(),
              (limit.getAsLong() - have) / 1e9,
              room / 1e9,
              request.target()));
    }
    long done = have;
    long shown = 0;
    byte[] buffer = new byte[1 << 16];
    progress.at(done, limit);
    try (OutputStream out = part.append();
        StallGuard guard = new StallGuard(body, stall)) {
      try {
        for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
          done += count;
          if (limit.isEmpty() && done - have > Math.min(room, mostUntold)) {
            part.delete();
            throw new DownloadException(
                String.format(
                    Locale.ROOT,
                    "%s: the server does not say how much it sends, and %s; what came was deleted",
                    request.uri(),
                    room < mostUntold
                        ? String.format(
                            Locale.ROOT,
                            "there is room for %.2f GB where %s lies",
                            room / 1e9,
                            request.target())
                        : String.format(
                            Locale.ROOT,
                            "at most %.2f GB are taken then; where its size is known and given"
                                + " (bytes), more are",
                            mostUntold / 1e9)));
          }
          if (limit.isPresent() && done > limit.getAsLong()) {
            throw new DownloadException(
                request.uri() + ": the server sends more than " + limit.getAsLong() + " bytes");
          }
          try {
            out.write(buffer, 0, count);
          } catch (IOException e) {
            throw part.unwritable(e);
          }
          guard.progress();
          if (System.nanoTime() - shown > 200_000_000) {
            shown = System.nanoTime();
            progress.at(done, limit);
          }
        }
      } catch (DownloadException e) {
        throw e;
      } catch (IOException e) {
        throw guard.stalled()
            ? new IOException("nothing came for " + stall.toSeconds() + " s", e)
            : e;
      }
    }
    if (limit.isPresent() && done < limit.getAsLong()) {
      throw new IOException("cut off after " + done + " of " + limit.getAsLong() + " bytes");
    }
    progress.at(done, limit);
  }
}
