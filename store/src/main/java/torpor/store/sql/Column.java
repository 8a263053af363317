package torpor.store.sql;

import java.sql.Types;

/// A column as a parameter.
///
/// @param shared whether it has the same value in every row of a batch, and so travels once
public record Column(String name, Type type, boolean shared) {

  /// How values travel; a `SMALLINT` column travels as an integer.
  public enum Type {
    BYTES("bytea", Types.BINARY),
    TEXT("text", Types.VARCHAR),
    LONG("int8", Types.BIGINT),
    INTEGER("int4", Types.INTEGER);

    private final String element;
    private final int jdbc;

    Type(String element, int jdbc) {
      this.element = element;
      this.jdbc = jdbc;
    }

    /// The PostgreSQL name of an array's element type.
    public String element() {
      return element;
    }

    int jdbc() {
      return jdbc;
    }
  }

  static Column bytes(String name) {
    return new Column(name, Type.BYTES, false);
  }

  static Column text(String name) {
    return new Column(name, Type.TEXT, false);
  }

  static Column number(String name) {
    return new Column(name, Type.LONG, false);
  }

  static Column integer(String name) {
    return new Column(name, Type.INTEGER, false);
  }

  static Column sharedInteger(String name) {
    return new Column(name, Type.INTEGER, true);
  }
}
