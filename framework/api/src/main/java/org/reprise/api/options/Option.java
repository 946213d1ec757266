package org.reprise.api.options;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes one option: a component of an options record.
 *
 * <p>The key in YAML is the component's name in kebab-case ({@code topKRatio} is {@code
 * top-k-ratio}). Components may be {@code String}, {@code int}, {@code long}, {@code double},
 * {@code boolean}, an enum (its constants in kebab-case), {@code java.nio.file.Path} (relative to
 * the YAML file, absolute once bound), another record, {@link Block} (another extension), {@code
 * Optional}, {@code List} or {@code Map<String, ...>} of these. Ranges are checked in the record's
 * compact constructor with {@link InvalidOptionException#unless}; the framework adds file, line and
 * column.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Option {

  /**
   * Says what the option means, for listings and error messages.
   *
   * @return meaning, unit and range in one line
   */
  String value();

  /**
   * Gives the value an absent key takes, written as it would be in YAML. Without it an {@code
   * Optional} is empty and every other type is required.
   *
   * @return a YAML value, or {@link #REQUIRED}
   */
  String defaultValue() default REQUIRED;

  /** Marks an option without a default. */
  String REQUIRED = "\0";
}
