package dev.tandem.config;

import dev.tandem.schema.Default;
import dev.tandem.schema.Discriminator;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import java.util.List;
import java.util.Optional;

/** How all rows are divided into train, validation and test. */
@Discriminator("by")
public sealed interface Split {

  /**
   * By time: the past trains, the future judges. Either two points in time or two shares of the
   * ordered rows.
   *
   * @param column column that orders the rows
   * @param validationFrom first value of the validation part
   * @param testFrom first value of the test part
   * @param validation share of the rows, before the test part
   * @param test share of the rows, the latest
   */
  @Doc("By time: the earliest rows train, the latest test. Equal times are never divided.")
  record Time(
      @Doc("Column that orders the rows.") String column,
      @Doc("First value of the validation part.") Optional<String> validationFrom,
      @Doc("First value of the test part.") Optional<String> testFrom,
      @Doc("Share of the rows for validation, before those for test; instead of the two points.")
          @Range(min = 0, max = 1)
          Optional<Double> validation,
      @Doc("Share of the rows for test, the latest; instead of the two points.")
          @Range(min = 0, max = 1)
          Optional<Double> test)
      implements Split {}

  /**
   * By the values of a column.
   *
   * @param column column that tells the part
   * @param train its values in the training part; empty: all that the others do not name
   * @param validation its values in the validation part
   * @param test its values in the test part
   */
  @Doc("By the values of a column.")
  record Column(
      @Doc("Column that tells the part.") String column,
      @Doc("Its values in the training part; all others when empty.") @Default("[]")
          List<String> train,
      @Doc("Its values in the validation part.") @Default("[]") List<String> validation,
      @Doc("Its values in the test part.") @Default("[]") List<String> test)
      implements Split {}

  /**
   * At random, by a seed.
   *
   * @param validation share for validation
   * @param test share for test
   * @param group column whose equal values stay together
   * @param stratify task or column whose values keep their shares
   * @param seed seed of the drawing
   */
  @Doc("At random, by a seed.")
  record Random(
      @Doc("Share of the rows for validation.") @Default("0.1") @Range(min = 0, max = 1)
          double validation,
      @Doc("Share of the rows for test.") @Default("0.1") @Range(min = 0, max = 1) double test,
      @Doc("Column whose equal values stay in one part, such as a user.") Optional<String> group,
      @Doc("Task or column whose values keep their shares in every part.")
          Optional<String> stratify,
      @Doc("Seed of the drawing.") @Default("1") long seed)
      implements Split {}
}
