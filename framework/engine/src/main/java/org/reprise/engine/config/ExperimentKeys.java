package org.reprise.engine.config;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The keys of an experiment in full, with dots. */
final class ExperimentKeys {
  /** Keys of blocks that plugins define, but that everybody writes. */
  private static final List<String> OF_PLUGINS =
      List.of("training.optimizer.lr", "training.optimizer.momentum");

  private static final List<String> ALL = all();

  private ExperimentKeys() {}

  private static List<String> all() {
    List<String> keys = new ArrayList<>(OF_PLUGINS);
    add(keys, "", Experiment.class);
    return List.copyOf(keys);
  }

  private static void add(List<String> keys, String path, Class<?> type) {
    for (RecordComponent component : type.getRecordComponents()) {
      String key = path + Names.key(component.getName());
      keys.add(key);
      if (component.getType() == TrainingOptions.class
          || component.getType() == ScheduleOptions.class) {
        add(keys, key + ".", component.getType());
      }
    }
  }

  /**
   * Finds the key that somebody wrote in another place, or as Python would spell it.
   *
   * @param written with dots, e.g. {@code epochs}, {@code training.lr} or {@code batch_size}
   * @return the only key that ends so and is another, e.g. {@code training.epochs}
   */
  static Optional<String> fullKey(String written) {
    String spelled = written.toLowerCase(Locale.ROOT).replace('_', '-');
    String end = spelled.substring(spelled.lastIndexOf('.') + 1);
    String last = end.equals("learning-rate") ? "lr" : end;
    List<String> found =
        ALL.stream().filter(key -> key.equals(last) || key.endsWith("." + last)).toList();
    boolean isKnown = ALL.contains(written);
    return found.size() == 1 && !isKnown ? Optional.of(found.get(0)) : Optional.empty();
  }
}
