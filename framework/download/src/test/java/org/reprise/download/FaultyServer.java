package org.reprise.download;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A web server with one file and whatever can go wrong. */
final class FaultyServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  final List<String> ranges = new CopyOnWriteArrayList<>();

  volatile byte[] content;
  volatile String etag = "\"one\"";
  volatile boolean ranged = true;
  volatile int status = 200;

  /** Requests that end after {@link #cutAfter} bytes. */
  volatile int cuts;

  volatile int cutAfter;

  /** Requests that stop sending, without an end, after {@link #cutAfter} bytes. */
  volatile int stalls;

  /** Pause between two pieces of {@link #piece} bytes. */
  volatile long pauseMillis;

  volatile int piece = 1 << 16;

  /** Added to the beginning of the part it says that it sends. */
  volatile int wrongPart;

  /** The most bytes that it sends at once, as a part of the file even where none was asked for. */
  volatile int mostAtOnce = Integer.MAX_VALUE;

  /** Whether it does not say how much it sends. */
  volatile boolean sizeless;

  /** Where it sends on to; null for nowhere. */
  volatile String location;

  /** What it wants as a proxy, {@code user:password}; null for nothing. */
  volatile String proxyPassword;

  FaultyServer(byte[] content) throws IOException {
    this.content = content;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  URI uri() {
    return URI.create("http://localhost:" + port() + "/file.bin");
  }

  private synchronized boolean takeCut() {
    cuts--;
    return cuts >= 0;
  }

  private synchronized boolean takeStall() {
    stalls--;
    return stalls >= 0;
  }

  private boolean authorized(HttpExchange exchange) {
    String wanted = Base64.getEncoder().encodeToString(proxyPassword.getBytes(UTF_8));
    return ("Basic " + wanted).equals(exchange.getRequestHeaders().getFirst("Proxy-Authorization"));
  }

  private void answer(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    ranges.add(String.valueOf(range));
    if (proxyPassword != null && !authorized(exchange)) {
      exchange.getResponseHeaders().set("Proxy-Authenticate", "Basic realm=\"proxy\"");
      exchange.sendResponseHeaders(407, -1);
      exchange.close();
      return;
    }
    if (location != null) {
      exchange.getResponseHeaders().set("Location", location);
    }
    if (status != 200) {
      exchange.sendResponseHeaders(status, -1);
      exchange.close();
      return;
    }
    int from = 0;
    if (ranged && range != null && etag.equals(exchange.getRequestHeaders().getFirst("If-Range"))) {
      from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
    }
    if (etag != null) {
      exchange.getResponseHeaders().set("ETag", etag);
    }
    if (from >= content.length) {
      exchange.getResponseHeaders().set("Content-Range", "bytes */" + content.length);
      exchange.sendResponseHeaders(416, -1);
      exchange.close();
      return;
    }
    int until = Math.min(content.length - from, mostAtOnce) + from;
    int length = until - from;
    boolean isPart = length < content.length;
    if (isPart) {
      exchange
          .getResponseHeaders()
          .set(
              "Content-Range",
              "bytes " + (from + wrongPart) + "-" + (until - 1) + "/" + content.length);
    }
    boolean stall = takeStall();
    if (stall || takeCut()) {
      until = Math.min(until, from + cutAfter);
    }
    exchange.sendResponseHeaders(isPart ? 206 : 200, sizeless ? 0 : length);
    OutputStream out = exchange.getResponseBody();
    try {
      for (int at = from; at < until; at += piece) {
        out.write(content, at, Math.min(piece, until - at));
        out.flush();
        pause(pauseMillis);
      }
      if (stall) {
        pause(60_000);
      }
    } finally {
      exchange.close();
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
