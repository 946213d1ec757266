package org.reprise.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reprise.api.download.Download;

class DownloadTableTest {

  @Test
  void paragraphsAreRows() {
    List<Download> rows =
        DownloadTable.parse(
            """
            # a comment

            name: resnet18/imagenet1k-v1
            url: https://example.org/models/resnet18-f37072fd.pth
            bytes: 46830571
            checksum: sha256-prefix:f37072fd
            licence: BSD-3-Clause
            source: the page, of: somebody


            name: by-hand
            # fetched by a person
            file: train.lmdb
            licence: none
            source: a page
            note: ask the authors
            """,
            "table");

    assertThat(rows).hasSize(2);
    Download first = rows.get(0);
    assertThat(first.fileName()).isEqualTo("resnet18-f37072fd.pth");
    assertThat(first.bytes()).hasValue(46830571);
    assertThat(first.checksum()).contains("sha256-prefix:f37072fd");
    assertThat(first.source()).isEqualTo("the page, of: somebody");
    assertThat(rows.get(1).uri()).isEmpty();
    assertThat(rows.get(1).note()).isEqualTo("ask the authors");
    assertThat(DownloadTable.parse("", "table")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name: a;licence: b | table:1: \"source\" is missing",
        "name: a;nonsense | table:2: unknown key \"nonsense\"",
        "name: a;name: b | table:2: \"name\" twice",
        "name: a;licence: b;source: c | file is not valid",
        "name: a;licence: b;source: c;file: d | note is not valid",
        "name: a;licence: b;source: c;url: ftp://x/y | url is not valid",
        "name: a;licence: b;source: c;url: https://x/ | file is not valid",
        "name: a;licence: b;source: c;url: https://x/../.. | file is not valid",
        "name: a;licence: b;source: c;url: https://x/y;file: ../y | file is not valid",
        "name: a;licence: b;source: c;url: https://x/y;checksum: crc:1 | checksum is not valid",
        "name: a;licence: b;source: c;url: https://x/y;bytes: 0 | bytes is not valid",
        "name: a;licence: b;source: c;url: https://x/y;bytes: many | table:1",
        "name: A b;licence: b;source: c;url: https://x/y | name is not valid",
        "name: a;licence: b;source: c;url: https://x/y;;name: a;licence: b;source: c;url: https://x/y | table:6: a has this file already"
      })
  void badRowsAreNamed(String text, String message) {
    assertThatThrownBy(() -> DownloadTable.parse(text.replace(';', '\n'), "table"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
