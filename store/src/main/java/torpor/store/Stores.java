package torpor.store;

import com.zaxxer.hikari.pool.HikariPool;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;
import torpor.engine.store.StoreFailure;
import torpor.store.read.Readers;
import torpor.store.sql.ConnectionSource;
import torpor.store.sql.Database;
import torpor.store.sql.PostgresqlDatabase;
import torpor.store.sql.Schema;
import torpor.store.sql.Session;
import torpor.store.sql.SqliteDatabase;
import torpor.store.write.NodeLease;
import torpor.store.write.Sequencer;
import torpor.store.write.Writer;

/// Opens stores.
public final class Stores {
  private Stores() {}

  /// Who opens.
  ///
  /// @param node the name of the node, unique among the daemons on one database
  /// @param dataDirectory the id of its data directory, see [torpor.store.disk.DataDirectory]
  public record Opener(String node, String dataDirectory) {}

  /// Creates or upgrades the schema where needed, takes the node's lease and starts the threads of
  /// the store. Blocks meanwhile. Refused where the database is of a newer version, not ours, or
  /// the node is in use elsewhere; nothing is changed then.
  ///
  /// @throws StoreFailure where the database cannot be reached
  public static Reply<SqlJobStore> open(StoreAddress address, Opener opener, InstantSource clock) {
    return open(address, opener, clock, UnaryOperator.identity());
  }

  /// @param wrapping around the source of the writers' connections, for measuring
  public static Reply<SqlJobStore> open(
      StoreAddress address,
      Opener opener,
      InstantSource clock,
      UnaryOperator<ConnectionSource> wrapping) {
    Database database = database(address);
    Optional<Refusal> refused =
        Schema.prepare(database.place(), database.inspection(), database.dialect());
    if (refused.isPresent()) {
      return Reply.refused(refused.orElseThrow());
    }
    ConnectionSource source = wrapping.apply(database.writing());
    Reply<Start> start = start(database, source, opener, clock);
    return start.map(held -> running(database, source, held, clock));
  }

  /// What is known once the node is ours.
  private record Start(NodeLease lease, long lastSequence) {}

  private static Reply<Start> start(
      Database database, ConnectionSource source, Opener opener, InstantSource clock) {
    try (Session session = new Session(source.open(), database.dialect())) {
      Reply<NodeLease> lease =
          NodeLease.open(session, opener.node(), opener.dataDirectory(), clock.instant());
      return switch (lease) {
        case Reply.Refused<NodeLease>(Refusal refusal) -> Reply.refused(refusal);
        case Reply.Done<NodeLease>(NodeLease held) ->
            Reply.done(new Start(held, lastSequence(session, held)));
      };
    } catch (SQLException e) {
      throw unreachable(database, e);
    }
  }

  private static long lastSequence(Session session, NodeLease lease) throws SQLException {
    return session
        .first(
            "SELECT coalesce(max(sequence), 0) FROM happenings WHERE node = ?",
            row -> row.getLong(1),
            lease.node())
        .orElse(0L);
  }

  private static SqlJobStore running(
      Database database, ConnectionSource source, Start start, InstantSource clock) {
    Sequencer sequencer = new Sequencer(start.lastSequence());
    List<Writer> writers = new ArrayList<>();
    for (int i = 0; i < database.writers(); i++) {
      int slot = i;
      writers.add(
          new Writer(
              "store-writer-" + slot,
              () -> session(database, source, start.lease(), slot),
              database.dialect(),
              start.lease(),
              sequencer));
    }
    Readers readers = readers(database);
    writers.forEach(Writer::start);
    return new SqlJobStore(writers, readers, start.lease(), sequencer, clock);
  }

  private static Readers readers(Database database) {
    try {
      return new Readers(database.reading(), database.dialect());
    } catch (HikariPool.PoolInitializationException e) {
      throw unreachable(database, e);
    }
  }

  private static StoreFailure unreachable(Database database, Exception cause) {
    return new StoreFailure(
        StoreFailure.Kind.UNAVAILABLE,
        "cannot open %s: %s".formatted(database.place().name(), cause.getMessage()),
        cause);
  }

  private static Session session(
      Database database, ConnectionSource source, NodeLease lease, int slot) throws SQLException {
    Session session = new Session(source.open(), database.dialect());
    try {
      database.claim(session, lease.node(), lease.epoch(), slot);
      return session;
    } catch (SQLException e) {
      session.close();
      throw e;
    }
  }

  private static Database database(StoreAddress address) {
    return switch (address) {
      case StoreAddress.Sqlite(var file) -> new SqliteDatabase(file);
      case StoreAddress.Postgresql at ->
          new PostgresqlDatabase(
              "jdbc:postgresql://%s:%d/%s%s"
                  .formatted(
                      at.host(),
                      at.port(),
                      at.database(),
                      at.options().isEmpty() ? "" : "?" + at.options()),
              at.user(),
              at.password(),
              at.toString());
    };
  }
}
