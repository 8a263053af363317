package torpor.store.sql;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A statement that writes rows of one table, for one row of parameters or for many.
///
/// [#many] takes one array per parameter and returns, for every row that took effect, a value that
/// identifies it: the ordinal of the parameters from 1, or for an insert the first column.
public sealed interface Dml {

  List<Column> parameters();

  String one();

  String many();

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
    public String many() {
      return "INSERT INTO %s (%s) SELECT * FROM unnest(%s) %s RETURNING %s"
          .formatted(table, names(), arrays(columns), onConflict, columns.getFirst().name());
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
    public String many() {
      return "UPDATE %s AS t SET %s FROM %s WHERE %s RETURNING v.ordinal"
          .formatted(
              table,
              IntStream.range(0, set.size())
                  .mapToObj(i -> "%s = v.p%d".formatted(set.get(i).name(), i + 1))
                  .collect(Collectors.joining(", ")),
              values(parameters()),
              joined(where, set.size()));
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
    public String many() {
      return "DELETE FROM %s AS t USING %s WHERE %s RETURNING v.ordinal"
          .formatted(table, values(parameters()), joined(where, 0));
    }
  }

  private static String conditions(List<Condition> where) {
    return where.stream()
        .map(c -> "%s %s ?".formatted(c.column().name(), c.operator()))
        .collect(Collectors.joining(" AND "));
  }

  private static String joined(List<Condition> where, int before) {
    return IntStream.range(0, where.size())
        .mapToObj(i ->
            "t.%s %s v.p%d"
                .formatted(where.get(i).column().name(), where.get(i).operator(), before + i + 1))
        .collect(Collectors.joining(" AND "));
  }

  private static String values(List<Column> parameters) {
    return "unnest(%s) WITH ORDINALITY AS v(%s, ordinal)"
        .formatted(
            arrays(parameters),
            IntStream.rangeClosed(1, parameters.size())
                .mapToObj(i -> "p" + i)
                .collect(Collectors.joining(", ")));
  }

  private static String arrays(List<Column> columns) {
    return columns.stream()
        .map(c -> "?::%s[]".formatted(c.type().element()))
        .collect(Collectors.joining(", "));
  }
}
