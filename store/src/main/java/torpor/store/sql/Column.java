package torpor.store.sql;

import java.sql.Types;

/// A column as a parameter.
public record Column(String name, Type type) {

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
    return new Column(name, Type.BYTES);
  }

  static Column text(String name) {
    return new Column(name, Type.TEXT);
  }

  static Column number(String name) {
    return new Column(name, Type.LONG);
  }

  static Column integer(String name) {
    return new Column(name, Type.INTEGER);
  }
}
