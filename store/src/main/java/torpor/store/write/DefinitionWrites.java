package torpor.store.write;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import torpor.core.definition.Definition;
import torpor.core.definition.DefinitionId;
import torpor.core.definition.DefinitionName;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.engine.store.NewDefinition;
import torpor.store.codec.Micros;
import torpor.store.codec.RetryPolicyCodec;
import torpor.store.codec.TextMaps;
import torpor.store.read.DefinitionReads;
import torpor.store.sql.Session;

/// Adds and removes definitions, within the caller's transaction.
public final class DefinitionWrites {
  private DefinitionWrites() {}

  public static Reply<Definition> add(Session session, NewDefinition wanted, Instant at)
      throws SQLException {
    // Counting first makes two daemons that add at once come one after the other.
    int number = Counters.next(session, "definition");
    Optional<Definition> known = find(session, wanted.name(), wanted.version());
    if (known.isPresent()) {
      return same(known.orElseThrow(), wanted)
          ? Reply.done(known.orElseThrow())
          : Reply.refused(exists(wanted));
    }
    Definition added =
        new Definition(
            new DefinitionId(number),
            wanted.name(),
            wanted.version(),
            wanted.runtime(),
            wanted.config(),
            wanted.retry(),
            wanted.timeout(),
            wanted.keepSnapshots(),
            wanted.metadata(),
            Micros.truncated(at));
    insert(session, added);
    return Reply.done(added);
  }

  public static Reply<Definition> remove(Session session, DefinitionName name, String version)
      throws SQLException {
    Optional<Definition> known =
        version.equals(DefinitionReads.LATEST_VERSION)
            ? session.first(DefinitionReads.LATEST, DefinitionReads::definition, name.text())
            : find(session, name, version);
    if (known.isEmpty()) {
      return Reply.refused(
          Refusal.of(
              RefusalCode.DEFINITION_NOT_FOUND,
              "there is no definition %s@%s".formatted(name, version),
              "List the definitions to see which there are."));
    }
    int number = known.orElseThrow().id().number();
    boolean used =
        session
            .first("SELECT 1 FROM jobs WHERE definition = ? LIMIT 1", _ -> true, number)
            .isPresent();
    if (used) {
      return Reply.refused(
          Refusal.of(
              RefusalCode.DEFINITION_IN_USE,
              "%s@%s has jobs".formatted(name, known.orElseThrow().version()),
              "Delete its jobs first."));
    }
    session.execute("DELETE FROM definitions WHERE id = ?", number);
    return Reply.done(known.orElseThrow());
  }

  private static Optional<Definition> find(Session session, DefinitionName name, String version)
      throws SQLException {
    return session.first(
        DefinitionReads.BY_VERSION, DefinitionReads::definition, name.text(), version);
  }

  private static void insert(Session session, Definition added) throws SQLException {
    session.execute(
        "INSERT INTO definitions (id, name, version, runtime, config, retry, timeout,"
            + " keep_snapshots, metadata, added_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        added.id().number(),
        added.name().text(),
        added.version(),
        added.runtime().text(),
        added.config().text(),
        RetryPolicyCodec.encode(added.retry()),
        added.timeout().map(Duration::toString).orElse(null),
        added.keepSnapshots(),
        TextMaps.encode(added.metadata()),
        Micros.of(added.addedAt()));
  }

  private static boolean same(Definition known, NewDefinition wanted) {
    return known.runtime().equals(wanted.runtime())
        && known.config().equals(wanted.config())
        && known.retry().equals(wanted.retry())
        && known.timeout().equals(wanted.timeout())
        && known.keepSnapshots() == wanted.keepSnapshots()
        && known.metadata().equals(wanted.metadata());
  }

  private static Refusal exists(NewDefinition wanted) {
    return Refusal.of(
        RefusalCode.DEFINITION_EXISTS,
        "%s@%s exists with other content".formatted(wanted.name(), wanted.version()),
        "Versions never change: give the new content a new version.");
  }
}
