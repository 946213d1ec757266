package org.reprise.backbones.clip;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.reprise.api.InvalidInputException;
import org.reprise.budget.Shown;

/**
 * CLIP's byte-pair tokenizer. Texts are cleaned as OpenAI's code does: {@link TextCleaning}, runs
 * of white space made one space, lower case.
 */
final class Tokenizer {
  private static final int LONGEST_TEXT = 10_000;

  private static final Pattern WORDS =
      Pattern.compile(
          Pattern.quote(Vocabulary.START)
              + "|"
              + Pattern.quote(Vocabulary.END)
              + "|'s|'t|'re|'ve|'m|'ll|'d|\\p{L}+|\\p{N}|[^\\s\\p{L}\\p{N}]+",
          Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS);

  private static final Pattern SPACES = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

  private final Vocabulary vocabulary;
  private final Map<String, List<Integer>> known = new HashMap<>();

  Tokenizer(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  /** Returns the number of tokens of the vocabulary. */
  int size() {
    return vocabulary.ids().size();
  }

  /**
   * Makes a text's tokens, from the start mark to the first end mark.
   *
   * @param text any text
   * @param context how many tokens the model takes, marks included
   * @param truncate whether what is too much is cut off
   * @throws InvalidInputException if there are too many and they are not to be cut off
   */
  int[] encode(String text, int context, boolean truncate) {
    List<Integer> tokens = new ArrayList<>();
    int end = vocabulary.ids().get(Vocabulary.END);
    tokens.add(vocabulary.ids().get(Vocabulary.START));
    tokens.addAll(words(text));
    tokens.add(end);
    if (tokens.size() > context) {
      if (!truncate) {
        throw new InvalidInputException(
            String.format(
                "the text \"%s\" has %d tokens, but the model takes %d; shorten its template or"
                    + " class name, or set backbone.truncate: true",
                shown(text), tokens.size(), context));
      }
      tokens = new ArrayList<>(tokens.subList(0, context - 1));
      tokens.add(end);
    }
    // the model reads at the first end mark; attention is causal, so the rest does not matter
    return tokens.subList(0, tokens.indexOf(end) + 1).stream().mapToInt(id -> id).toArray();
  }

  /**
   * Makes a text's tokens without the marks around them.
   *
   * @throws InvalidInputException if the text is absurdly long
   */
  List<Integer> words(String text) {
    if (text.length() > LONGEST_TEXT) {
      throw new InvalidInputException(
          String.format(
              "the text \"%s\" has %d characters; at most %d are read",
              shown(text), text.length(), LONGEST_TEXT));
    }
    String clean = TextCleaning.clean(text);
    clean = SPACES.matcher(clean).replaceAll(" ").strip().toLowerCase(Locale.ROOT);
    List<Integer> tokens = new ArrayList<>();
    Matcher words = WORDS.matcher(clean);
    while (words.find()) {
      tokens.addAll(known.computeIfAbsent(words.group(), this::split));
    }
    return tokens;
  }

  private List<Integer> split(String word) {
    if (word.equals(Vocabulary.START) || word.equals(Vocabulary.END)) {
      return List.of(vocabulary.ids().get(word));
    }
    List<String> parts = new ArrayList<>();
    for (byte value : word.getBytes(StandardCharsets.UTF_8)) {
      parts.add(ByteLetters.of(value));
    }
    parts.set(parts.size() - 1, parts.get(parts.size() - 1) + Vocabulary.WORD_END);
    while (join(parts)) {}
    return parts.stream().map(vocabulary.ids()::get).toList();
  }

  /** Joins the pair of the lowest rank wherever it occurs; false if no neighbours can be joined. */
  private boolean join(List<String> parts) {
    Vocabulary.Pair best = null;
    int bestRank = Integer.MAX_VALUE;
    for (int i = 0; i + 1 < parts.size(); i++) {
      Vocabulary.Pair pair = new Vocabulary.Pair(parts.get(i), parts.get(i + 1));
      int rank = vocabulary.ranks().getOrDefault(pair, Integer.MAX_VALUE);
      if (rank < bestRank) {
        best = pair;
        bestRank = rank;
      }
    }
    if (best == null) {
      return false;
    }
    List<String> joined = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      if (i + 1 < parts.size()
          && parts.get(i).equals(best.left())
          && parts.get(i + 1).equals(best.right())) {
        joined.add(best.left() + best.right());
        i++;
      } else {
        joined.add(parts.get(i));
      }
    }
    parts.clear();
    parts.addAll(joined);
    return true;
  }

  /** Adds everything that tokens depend on to a digest. */
  void digest(MessageDigest digest) {
    new TreeMap<>(vocabulary.ids())
        .forEach(
            (token, id) ->
                digest.update((token + " " + id + "\n").getBytes(StandardCharsets.UTF_8)));
    Vocabulary.Pair[] merges = new Vocabulary.Pair[vocabulary.ranks().size()];
    vocabulary.ranks().forEach((pair, rank) -> merges[rank] = pair);
    Arrays.stream(merges)
        .forEach(
            pair ->
                digest.update(
                    (pair.left() + " " + pair.right() + "\n").getBytes(StandardCharsets.UTF_8)));
  }

  private static String shown(String text) {
    return Shown.of(text, 80);
  }
}
