package org.reprise.engine.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitRevisionTest {
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  private static final String OTHER = "fedcba9876543210fedcba9876543210fedcba98";

  @TempDir private Path folder;
  private Path git;
  private Path experiment;

  @BeforeEach
  void make() throws IOException {
    git = Files.createDirectory(folder.resolve(".git"));
    Files.createDirectories(folder.resolve("experiments/deep"));
    experiment = folder.resolve("experiments/deep/tiny.yaml");
  }

  private void write(String file, String text) throws IOException {
    Path path = git.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  @Test
  void aBranchOfItsOwnFile() throws IOException {
    write("HEAD", "ref: refs/heads/main\n");
    write("refs/heads/main", COMMIT + "\n");
    write("packed-refs", "# pack-refs with: peeled\n" + OTHER + " refs/heads/main\n");
    assertThat(GitRevision.around(experiment)).contains(COMMIT);
  }

  @Test
  void aPackedBranch() throws IOException {
    write("HEAD", "ref: refs/heads/main\n");
    write(
        "packed-refs",
        "# pack-refs with: peeled\n"
            + OTHER
            + " refs/heads/not-main\n"
            + COMMIT
            + " refs/heads/main\n^"
            + OTHER
            + "\n");
    assertThat(GitRevision.around(experiment)).contains(COMMIT);
  }

  @Test
  void aDetachedHeadAlsoOfSha256() throws IOException {
    write("HEAD", COMMIT + "\n");
    assertThat(GitRevision.around(experiment)).contains(COMMIT);
    write("HEAD", COMMIT + "0".repeat(24) + "\n");
    assertThat(GitRevision.around(experiment)).contains(COMMIT + "0".repeat(24));
  }

  @Test
  void aWorktree() throws IOException {
    write("refs/heads/other", OTHER + "\n");
    write("worktrees/side/HEAD", "ref: refs/heads/other\n");
    write("worktrees/side/commondir", "../..\n");
    Path side = Files.createDirectory(folder.resolve("side"));
    Files.writeString(side.resolve(".git"), "gitdir: " + git.resolve("worktrees/side") + "\n");
    assertThat(GitRevision.around(side.resolve("tiny.yaml"))).contains(OTHER);
    Files.writeString(side.resolve(".git"), "gitdir: ../.git/worktrees/side\n");
    assertThat(GitRevision.around(side.resolve("tiny.yaml"))).contains(OTHER);
  }

  @Test
  void whatTellsNothingIsEmpty() throws IOException {
    assertThat(GitRevision.around(experiment)).isEmpty();
    write("HEAD", "ref: refs/heads/unborn\n");
    assertThat(GitRevision.around(experiment)).isEmpty();
    write("HEAD", "not a commit\n");
    assertThat(GitRevision.around(experiment)).isEmpty();
    write("HEAD", "");
    assertThat(GitRevision.around(experiment)).isEmpty();
    Files.write(git.resolve("HEAD"), new byte[] {(byte) 0xff, (byte) 0xfe});
    assertThat(GitRevision.around(experiment)).isEmpty();
  }
}
