package torpor.store.sql;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A statement that writes rows of one table, for one row of parameters or for many.
///
/// [#many] takes an array for every parameter that differs from row to row, in order, and then one
/// value for every [Column#shared] one. As a statement of its own it returns, for every row that
/// took effect, a value that identifies it: the ordinal of the parameters from 1, or for an insert
/// the first column; an insert that leaves none out returns nothing.
public sealed interface Dml {

  String table();

  List<Column> parameters();

  String one();

  /// @param only a further condition on the rows of parameters, which are called `v`
  /// @param returning what to return of a row that took effect; nothing where empty
  String many(Optional<String> only, Optional<String> returning);

  /// What [#many] is to return as a statement of its own.
  Optional<String> identification();

  default String many() {
    return many(Optional.empty(), identification());
  }

  /// What a parameter is called within [#many].
  default String parameter(int index) {
    return reference(parameters(), index);
  }

  /// A condition on a column; the parameter is on the right.
  record Condition(Column column, String operator) {
    static Condition same(Column column) {
      return new Condition(column, "=");
    }
  }

  /// @param onConflict empty, or the whole `ON CONFLICT` clause
  record Insert(String table, List<Column> columns, String onConflict) implements Dml {
    @Override
    public List<Column> parameters() {
      return columns;
    }

    @Override
    public String one() {
      return "INSERT INTO %s (%s) VALUES (%s) %s"
          .formatted(
              table,
              names(),
              columns.stream().map(_ -> "?").collect(Collectors.joining(", ")),
              onConflict);
    }

    @Override
    public String many(Optional<String> only, Optional<String> returning) {
      return "INSERT INTO %s (%s) SELECT %s FROM %s%s %s%s"
          .formatted(
              table,
              names(),
              IntStream.range(0, columns.size())
                  .mapToObj(this::parameter)
                  .collect(Collectors.joining(", ")),
              values(columns),
              only.map(condition -> " WHERE " + condition).orElse(""),
              onConflict,
              returned(returning));
    }

    @Override
    public Optional<String> identification() {
      return onConflict.isEmpty() ? Optional.empty() : Optional.of(columns.getFirst().name());
    }

    private String names() {
      return columns.stream().map(Column::name).collect(Collectors.joining(", "));
    }
  }

  /// Parameters: the columns set, then the conditions.
  record Update(String table, List<Column> set, List<Condition> where) implements Dml {
    @Override
    public List<Column> parameters() {
      return Stream.concat(set.stream(), where.stream().map(Condition::column)).toList();
    }

    @Override
    public String one() {
      return "UPDATE %s SET %s WHERE %s"
          .formatted(
              table,
              set.stream().map(c -> c.name() + " = ?").collect(Collectors.joining(", ")),
              conditions(where));
    }

    @Override
    public String many(Optional<String> only, Optional<String> returning) {
      return "UPDATE %s AS t SET %s FROM %s WHERE %s%s%s"
          .formatted(
              table,
              IntStream.range(0, set.size())
                  .mapToObj(i -> "%s = %s".formatted(set.get(i).name(), parameter(i)))
                  .collect(Collectors.joining(", ")),
              values(parameters()),
              joined(this, where, set.size()),
              only.map(condition -> " AND " + condition).orElse(""),
              returned(returning));
    }

    @Override
    public Optional<String> identification() {
      return Optional.of("v.ordinal");
    }
  }

  record Delete(String table, List<Condition> where) implements Dml {
    @Override
    public List<Column> parameters() {
      return where.stream().map(Condition::column).toList();
    }

    @Override
    public String one() {
      return "DELETE FROM %s WHERE %s".formatted(table, conditions(where));
    }

    @Override
    public String many(Optional<String> only, Optional<String> returning) {
      return "DELETE FROM %s AS t USING %s WHERE %s%s%s"
          .formatted(
              table,
              values(parameters()),
              joined(this, where, 0),
              only.map(condition -> " AND " + condition).orElse(""),
              returned(returning));
    }

    @Override
    public Optional<String> identification() {
      return Optional.of("v.ordinal");
    }
  }

  private static String conditions(List<Condition> where) {
    return where.stream()
        .map(c -> "%s %s ?".formatted(c.column().name(), c.operator()))
        .collect(Collectors.joining(" AND "));
  }

  private static String joined(Dml dml, List<Condition> where, int before) {
    return IntStream.range(0, where.size())
        .mapToObj(i ->
            "t.%s %s %s"
                .formatted(
                    where.get(i).column().name(),
                    where.get(i).operator(),
                    dml.parameter(before + i)))
        .collect(Collectors.joining(" AND "));
  }

  private static String returned(Optional<String> returning) {
    return returning.map(value -> " RETURNING " + value).orElse("");
  }

  private static String reference(List<Column> parameters, int index) {
    return (parameters.get(index).shared() ? "s.p" : "v.p") + (index + 1);
  }

  /// The parameters as `v`, a row for each row, and `s`, one row for all.
  private static String values(List<Column> parameters) {
    String rows =
        "unnest(%s) WITH ORDINALITY AS v(%s, ordinal)"
            .formatted(
                places(parameters, false, i -> "?::%s[]"),
                places(parameters, false, i -> "p" + (i + 1)));
    String shared = places(parameters, true, i -> "?::%s AS p" + (i + 1));
    return shared.isEmpty() ? rows : rows + ", (SELECT " + shared + ") AS s";
  }

  private static String places(
      List<Column> parameters, boolean shared, java.util.function.IntFunction<String> text) {
    return IntStream.range(0, parameters.size())
        .filter(i -> parameters.get(i).shared() == shared)
        .mapToObj(i -> text.apply(i).formatted(parameters.get(i).type().element()))
        .collect(Collectors.joining(", "));
  }
}
