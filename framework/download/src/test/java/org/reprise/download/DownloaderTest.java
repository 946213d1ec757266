package org.reprise.download;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloaderTest {
  private static final int SIZE = 300_000;

  @TempDir private Path folder;
  private FaultyServer server;
  private byte[] content;
  private Path target;

  @BeforeEach
  void start() throws IOException {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    content = new byte[SIZE];
    new Random(seed).nextBytes(content);
    server = new FaultyServer(content);
    target = folder.resolve("sub/file.bin");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static Downloader downloader(Map<String, String> environment) {
    return new Downloader(environment, Duration.ofMillis(1500), Duration.ofMillis(10), SIZE);
  }

  private Path fetch(Request request) throws IOException {
    return downloader(Map.of()).fetch(request, DownloadProgress.NONE);
  }

  private Request request() throws IOException {
    return new Request(server.uri(), target, OptionalLong.of(SIZE), Optional.of(sha256()));
  }

  private Request unknown() {
    return new Request(server.uri(), target, OptionalLong.empty(), Optional.empty());
  }

  private Checksum sha256() throws IOException {
    Path copy = folder.resolve("copy");
    Files.write(copy, content);
    return Checksum.parse("sha256:" + new Checksum("SHA-256", "").of(copy));
  }

  private void assertComplete() throws IOException {
    assertThat(target).hasBinaryContent(content);
    try (Stream<Path> files = Files.list(target.getParent())) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("file.bin", ".file.bin.lock");
    }
  }

  @Test
  void aFileIsFetchedOnceAndItsProgressTold() throws IOException {
    List<Long> told = new ArrayList<>();
    Path file =
        downloader(Map.of())
            .fetch(
                request(),
                (done, total) -> {
                  assertThat(total).hasValue(SIZE);
                  told.add(done);
                });
    assertThat(file).isEqualTo(target);
    assertComplete();
    assertThat(told).isSorted().startsWith(0L).endsWith((long) SIZE);

    fetch(request());
    assertThat(server.ranges).hasSize(1);
  }

  @Test
  void cutConnectionsAreGoneOnWith() throws IOException {
    server.cuts = 3;
    server.cutAfter = 50_000;
    fetch(request());
    assertComplete();
    assertThat(server.ranges).hasSize(4);
    assertThat(server.ranges.get(0)).isEqualTo("null");
    assertThat(server.ranges.subList(1, 4)).allMatch(range -> range.startsWith("bytes="));
  }

  @Test
  void whatALaterCallFindsIsGoneOnWith() throws IOException {
    server.cuts = 100;
    server.cutAfter = 0;
    assertThatThrownBy(() -> fetch(request()))
        .isInstanceOf(DownloadException.class)
        .hasMessageContaining("again and again")
        .hasMessageContaining(target.toString());
    assertThat(target).doesNotExist();
    server.cuts = 1;
    server.cutAfter = 200_000;
    fetch(request());
    assertComplete();
    assertThat(server.ranges).last().asString().startsWith("bytes=");
  }

  @Test
  void aFullDiskIsSaidAndNotBlamedOnTheConnection() throws IOException {
    Path full = Path.of("/dev/full"); // every write to it fails as on a full disk
    assumeTrue(Files.exists(full), "there is no /dev/full here");
    Path part = target.resolveSibling("file.bin.part");
    assertThatThrownBy(
            () ->
                downloader(Map.of())
                    .fetch(
                        request(),
                        (done, total) -> {
                          try { // just before the part is opened
                            Files.createSymbolicLink(part, full);
                          } catch (IOException e) {
                            throw new UncheckedIOException(e);
                          }
                        }))
        .isInstanceOf(DownloadException.class)
        .hasMessageStartingWith(part + " cannot be written: ")
        .hasMessageContaining("asked again, it goes on");
    assertThat(server.ranges).hasSize(1);
    assertThat(target).doesNotExist();
    Files.delete(part);
  }

  @Test
  void aServerThatStallsIsAskedAgain() throws IOException {
    server.stalls = 1;
    server.cutAfter = 100_000;
    fetch(request());
    assertComplete();
    assertThat(server.ranges).hasSize(2);
  }

  @Test
  void aSlowServerIsWaitedFor() throws IOException {
    server.piece = 60_000;
    server.pauseMillis = 600; // each pause shorter than the limit, all together longer
    fetch(request());
    assertComplete();
    assertThat(server.ranges).hasSize(1);
  }

  @Test
  void aServerWithoutRangesStartsAnew() throws IOException {
    server.ranged = false;
    server.cuts = 2;
    server.cutAfter = 50_000;
    fetch(request());
    assertComplete();
  }

  @Test
  void aServerThatAlwaysSendsAnotherPartIsGivenUp() {
    server.cuts = Integer.MAX_VALUE;
    server.cutAfter = 50_000;
    server.wrongPart = 7;
    assertThatThrownBy(() -> fetch(request()))
        .isInstanceOf(DownloadException.class)
        .hasMessageContaining(server.uri().toString())
        .hasMessageContaining("again and again");
    assertThat(server.ranges).hasSizeLessThan(20);
    assertThat(target).doesNotExist();
  }

  /** Else the first part would pass for the file where neither size nor checksum is known. */
  @Test
  void aServerThatSendsPartsUnaskedIsAskedForTheRest() throws IOException {
    server.mostAtOnce = 70_000;
    fetch(unknown());
    assertComplete();
    assertThat(server.ranges)
        .containsExactly("null", "bytes=70000-", "bytes=140000-", "bytes=210000-", "bytes=280000-");
  }

  @Test
  void aServerWithoutEndIsStopped() throws IOException {
    server.sizeless = true;
    fetch(unknown());
    assertComplete();
    Files.delete(target);
    server.content = java.util.Arrays.copyOf(content, SIZE + 1);
    assertThatThrownBy(() -> fetch(unknown()))
        .isInstanceOf(DownloadException.class)
        .hasMessageContaining("does not say how much it sends")
        .hasMessageContaining("(bytes)");
    assertThat(target).doesNotExist();
  }

  @Test
  void whereItIsSentOnToIsSaid() {
    server.status = 302;
    for (String location : new String[] {"ftp://elsewhere/file.bin", "http://[", null}) {
      server.location = location;
      assertThatThrownBy(() -> fetch(request()))
          .isInstanceOf(DownloadException.class)
          .hasMessageContaining(server.uri().toString());
    }
  }

  @Test
  void moreThanThereIsRoomForIsRefusedBeforeItComes() {
    Request huge = new Request(server.uri(), target, OptionalLong.of(1L << 60), Optional.empty());
    server.sizeless = true;
    assertThatThrownBy(() -> fetch(huge))
        .isInstanceOf(DownloadException.class)
        .hasMessageContaining("GB are to come, and there is room for ");
    assertThat(target).doesNotExist();
  }

  @Test
  void aFileThatChangedMeanwhileStartsAnew() throws IOException {
    server.cuts = 5;
    server.cutAfter = 0;
    Files.createDirectories(target.getParent());
    PartFile part = new PartFile(target, server.uri());
    part.restart(Optional.of("\"older\""));
    Files.write(part.data(), new byte[1000]);
    server.cuts = 0;
    fetch(request());
    assertComplete();
    assertThat(server.ranges).containsExactly("bytes=1000-");
  }

  @Test
  void aPartThatIsCompleteIsOnlyVerified() throws IOException {
    Files.createDirectories(target.getParent());
    PartFile part = new PartFile(target, server.uri());
    part.restart(Optional.of("\"one\""));
    Files.write(part.data(), content);
    fetch(unknown());
    assertComplete();
  }

  @Test
  void wrongBytesNeverAppearUnderTheName() throws IOException {
    Request request = request();
    server.content[100] ^= 1;
    assertThatThrownBy(() -> fetch(request))
        .isInstanceOf(DownloadException.class)
        .hasMessageContaining("SHA-256 is ")
        .hasMessageContaining(request.checksum().get().hex());
    assertThat(target).doesNotExist();
    assertThat(target.resolveSibling("file.bin.part")).doesNotExist();
  }

  @Test
  void anotherSizeIsRefusedBeforeItIsFetched() {
    Request request =
        new Request(server.uri(), target, OptionalLong.of(SIZE - 1), Optional.empty());
    assertThatThrownBy(() -> fetch(request))
        .isInstanceOf(DownloadException.class)
        .hasMessageContaining("the server has 300000 bytes, expected 299999");
    assertThat(target).doesNotExist();
  }

  @Test
  void whatIsNotThereIsSaidAtOnce() {
    server.status = 404;
    assertThatThrownBy(() -> fetch(unknown()))
        .isInstanceOf(DownloadException.class)
        .hasMessageContaining("404, there is no such file");
    assertThat(server.ranges).hasSize(1);
    server.status = 403;
    assertThatThrownBy(() -> fetch(unknown())).hasMessageContaining("access is denied");
  }

  @Test
  void aServerInTroubleIsAskedAgain() {
    server.status = 503;
    assertThatThrownBy(() -> fetch(unknown()))
        .isInstanceOf(DownloadException.class)
        .hasMessageContaining("503");
    assertThat(server.ranges).hasSize(5);
  }

  @Test
  void anotherFileIsNeverReplaced() throws IOException {
    Files.createDirectories(target.getParent());
    Files.writeString(target, "mine");
    assertThatThrownBy(() -> fetch(request()))
        .isInstanceOf(DownloadException.class)
        .hasMessageContaining("It is left as it is");
    assertThat(target).hasContent("mine");
    assertThat(server.ranges).isEmpty();
  }

  @Test
  void offlineIsSaid() throws IOException {
    assertThatThrownBy(
            () ->
                downloader(Map.of("REPRISE_OFFLINE", "1")).fetch(request(), DownloadProgress.NONE))
        .isInstanceOf(DownloadException.class)
        .hasMessageContaining("REPRISE_OFFLINE")
        .hasMessageContaining(server.uri().toString())
        .hasMessageContaining(target.toString());
    assertThat(server.ranges).isEmpty();
    downloader(Map.of("REPRISE_OFFLINE", "0")).fetch(request(), DownloadProgress.NONE);
    // what is there needs no network
    downloader(Map.of("REPRISE_OFFLINE", "1")).fetch(request(), DownloadProgress.NONE);
  }

  @Test
  void noConnectionIsSaid() throws IOException {
    int closed;
    try (ServerSocket socket = new ServerSocket(0)) {
      closed = socket.getLocalPort();
    }
    Request request =
        new Request(
            URI.create("http://localhost:" + closed + "/x"),
            target,
            OptionalLong.empty(),
            Optional.empty());
    assertThatThrownBy(() -> fetch(request))
        .isInstanceOf(DownloadException.class)
        .hasMessageContaining("no connection to localhost")
        .hasMessageContaining("offline");
  }

  @Test
  void severalAtOnceFetchItOnce() throws Exception {
    server.pauseMillis = 50;
    Request request = request();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Path>> results = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        results.add(threads.submit(() -> fetch(request)));
      }
      for (Future<Path> result : results) {
        assertThat(result.get()).isEqualTo(target);
      }
    } finally {
      threads.shutdownNow();
    }
    assertComplete();
    assertThat(server.ranges).hasSize(1);
  }

  /** The server answers for any host: it is the proxy of this one, which does not exist. */
  private Request fromHostBehindProxy() throws IOException {
    return new Request(
        URI.create("http://no-such-host.invalid/file.bin"),
        target,
        OptionalLong.of(SIZE),
        Optional.of(sha256()));
  }

  @Test
  void proxiesOfTheEnvironmentAreUsed() throws IOException {
    Request request = fromHostBehindProxy();
    downloader(Map.of("HTTP_PROXY", "http://localhost:" + server.port()))
        .fetch(request, DownloadProgress.NONE);
    assertComplete();
  }

  @Test
  void aProxyGetsThePasswordOfItsUrl() throws IOException {
    server.proxyPassword = "me:p@ss";
    Request request = fromHostBehindProxy();
    String address = "localhost:" + server.port();
    for (String wrong : List.of("", "me:other@")) {
      assertThatThrownBy(
              () ->
                  downloader(Map.of("http_proxy", "http://" + wrong + address))
                      .fetch(request, DownloadProgress.NONE))
          .isInstanceOf(DownloadException.class);
    }
    downloader(Map.of("http_proxy", "http://me:p%40ss@" + address))
        .fetch(request, DownloadProgress.NONE);
    assertComplete();
  }

  /** HTTPS goes through the proxy by CONNECT, to which Java by itself would send no password. */
  @Test
  void aTunnelGetsThePasswordToo() throws Exception {
    try (ServerSocket proxy = new ServerSocket(0, 50, InetAddress.getByName("localhost"))) {
      List<String> authorizations = new CopyOnWriteArrayList<>();
      Thread answering =
          new Thread(
              () -> {
                while (!proxy.isClosed()) {
                  try (Socket connection = proxy.accept()) {
                    BufferedReader in =
                        new BufferedReader(
                            new InputStreamReader(connection.getInputStream(), US_ASCII));
                    String found = "";
                    for (String line = in.readLine();
                        line != null && !line.isEmpty();
                        line = in.readLine()) {
                      found = line.startsWith("Proxy-Authorization: ") ? line : found;
                    }
                    authorizations.add(found);
                    connection
                        .getOutputStream()
                        .write(
                            String.join(
                                    "\r\n",
                                    "HTTP/1.1 407 Who?",
                                    "Proxy-Authenticate: Basic realm=\"x\"",
                                    "Content-Length: 0",
                                    "Connection: close",
                                    "",
                                    "")
                                .getBytes(US_ASCII));
                  } catch (IOException e) {
                    return; // closed
                  }
                }
              });
      answering.start();
      Request request =
          new Request(
              URI.create("https://no-such-host.invalid/file.bin"),
              target,
              OptionalLong.empty(),
              Optional.empty());
      String address = "http://me:secret@localhost:" + proxy.getLocalPort();
      assertThatThrownBy(
              () ->
                  downloader(Map.of("https_proxy", address)).fetch(request, DownloadProgress.NONE))
          .isInstanceOf(DownloadException.class);
      assertThat(authorizations).contains("Proxy-Authorization: Basic bWU6c2VjcmV0");
    }
  }

  @Test
  void anAddressOfAProxyThatIsNoneIsSaidWithoutItsPassword() {
    assertThatThrownBy(
            () ->
                downloader(Map.of("http_proxy", "http://me:s#cret^@x"))
                    .fetch(request(), DownloadProgress.NONE))
        .hasMessageContaining("http_proxy")
        .hasMessageNotContaining("cret");
  }

  @Test
  void exemptHostsGoPastTheProxy() throws IOException {
    downloader(Map.of("http_proxy", "localhost:1", "no_proxy", "example.org,localhost"))
        .fetch(request(), DownloadProgress.NONE);
    assertComplete();
  }

  @Test
  void checksumsOfAllKinds() throws IOException {
    Path file = folder.resolve("abc");
    Files.writeString(file, "abc");
    String sha = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assertThat(Checksum.parse("sha256:" + sha).of(file)).isEqualTo(sha);
    assertThat(Checksum.parse("sha256-prefix:BA7816BF").matches(sha)).isTrue();
    assertThat(Checksum.parse("sha256-prefix:ba7816be").matches(sha)).isFalse();
    assertThat(Checksum.parse("md5:900150983cd24fb0d6963f7d28e17f72").of(file))
        .isEqualTo("900150983cd24fb0d6963f7d28e17f72");
    for (String wrong : List.of("", "sha1:00", "sha256:ab", "md5:zz", "sha256-prefix:ab", "ba78")) {
      assertThatThrownBy(() -> Checksum.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
