package torpor.api.snapshot;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import torpor.api.http.Parameters;
import torpor.api.http.RefusedException;
import torpor.api.http.RequestBody;
import torpor.api.http.Route;
import torpor.api.http.Waits;
import torpor.api.instance.Fields;
import torpor.api.instance.InstanceActions;
import torpor.api.instance.InstanceJson;
import torpor.api.instance.InstanceLists;
import torpor.api.instance.InstancePath;
import torpor.api.instance.Operations;
import torpor.api.instance.SnapshotFinder;
import torpor.api.instance.SnapshotId;
import torpor.api.instance.Unbuilt;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.operation.InstanceEvent;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotCheck;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.caller.Instances;
import torpor.engine.store.SnapshotRecord;
import torpor.wire.instance.RestoreRequest;
import torpor.wire.instance.SnapshotRequest;

/// Takes, lists, shows, restores and deletes snapshots.
public final class SnapshotRoutes {
  private static final int MAX_BODY = 64 * 1024;
  private static final String STANDBY = "Standby";

  private final Instances instances;
  private final Operations operations;
  private final InstanceActions actions;
  private final SnapshotFinder finder;
  private final InstanceJson json;
  private final Waits waits;

  public SnapshotRoutes(
      Instances instances,
      Operations operations,
      InstanceActions actions,
      SnapshotFinder finder,
      InstanceJson json,
      Waits waits) {
    this.instances = instances;
    this.operations = operations;
    this.actions = actions;
    this.finder = finder;
    this.json = json;
    this.waits = waits;
  }

  public List<Route> routes() {
    String ofInstance = "/v1/instances/{id}/snapshots";
    String one = ofInstance + "/{snapshot}";
    return List.of(
        Route.caller(HandlerType.POST, ofInstance, this::take),
        Route.caller(HandlerType.GET, ofInstance, this::listOfInstance),
        Route.caller(HandlerType.GET, one, this::getOfInstance),
        Route.caller(HandlerType.DELETE, one, this::deleteOfInstance),
        Route.caller(HandlerType.POST, one + "/restore", this::restore),
        Route.caller(HandlerType.GET, "/v1/snapshots", this::list),
        Route.caller(HandlerType.GET, "/v1/snapshots/{snapshot}", this::get),
        Route.caller(HandlerType.DELETE, "/v1/snapshots/{snapshot}", this::delete));
  }

  private void take(Context context) {
    SnapshotRequest request =
        RequestBody.read(context, MAX_BODY).as(SnapshotRequest.class, SnapshotRequest.USUAL);
    kind("kind", request.kind());
    Unbuilt.refuse(
        "compression", request.compression(), "snapshots are kept as taken", "Leave it out.");
    Unbuilt.refuse("tags", request.tags(), "snapshots have names only", "Send a 'name'.");
    Optional<String> name = request.name().map(text -> Fields.name("name", text).text());
    InstanceId id = InstancePath.id(context, instances);
    name.ifPresent(text -> refuseTaken(id, text));
    Instance taken = operations.ask(context, id, new InstanceEvent.SnapshotAsked(name));
    if (taken.operation().isPresent() || taken.newest().isEmpty()) {
      context.status(202).json(json.of(taken));
      return;
    }
    String number = taken.newest().orElseThrow().number().toString();
    torpor.wire.instance.InstanceSnapshot snapshot =
        shown(taken, finder.find(id, "snapshot", number));
    context.status(201).header("Location", "/v1/snapshots/" + snapshot.id()).json(snapshot);
  }

  private static void kind(String field, Optional<String> kind) {
    String asked = kind.orElse(STANDBY);
    Unbuilt.refuse(
        field,
        asked.equals("Stopped"),
        "a snapshot has the memory in it",
        "Send Standby, or leave it out.");
    if (!asked.equals(STANDBY)) {
      throw RefusedException.invalid(
          field, "There is no kind of snapshot '%s'".formatted(asked), "Send Standby.");
    }
  }

  private void refuseTaken(InstanceId id, String name) {
    boolean taken =
        waits.reply(instances.snapshots(id)).stream()
            .anyMatch(record -> record.label().filter(name::equals).isPresent());
    if (taken) {
      throw new RefusedException(
          Refusal.ofField(
              RefusalCode.NAME_TAKEN,
              "name",
              "%s has a snapshot named %s already".formatted(id, name),
              "Choose another name, or delete that snapshot."));
    }
  }

  private void listOfInstance(Context context) {
    Instance instance = InstancePath.instance(context, instances);
    context.json(all(instance));
  }

  private List<torpor.wire.instance.InstanceSnapshot> all(Instance instance) {
    return waits.reply(instances.snapshots(instance.id())).stream()
        .map(record -> shown(instance, record))
        .toList();
  }

  /// Those of all instances, by instance, then the oldest first.
  private void list(Context context) {
    Optional<String> name = Parameters.text(context, "name");
    Optional<InstanceId> source =
        Parameters.text(context, "source_instance_id")
            .map(text -> waits.reply(CompletableFuture.completedFuture(instances.resolve(text))));
    Parameters.text(context, "kind").ifPresent(kind -> kind("kind", Optional.of(kind)));
    boolean tagged = !InstanceLists.tags(context).isEmpty();
    context.json(
        instances.list(Set.of()).stream()
            .filter(instance -> source.filter(id -> !id.equals(instance.id())).isEmpty())
            .flatMap(instance -> ofExisting(instance).stream())
            .filter(snapshot -> name.isEmpty() || snapshot.name().equals(name))
            .filter(_ -> !tagged)
            .toList());
  }

  /// None where the instance is deleted meanwhile.
  private List<torpor.wire.instance.InstanceSnapshot> ofExisting(Instance instance) {
    return switch (waits.value(instances.snapshots(instance.id()))) {
      case Reply.Done<List<SnapshotRecord>>(List<SnapshotRecord> records) ->
          records.stream().map(record -> shown(instance, record)).toList();
      case Reply.Refused<List<SnapshotRecord>> _ -> List.of();
    };
  }

  private record Found(Instance instance, SnapshotRecord record) {}

  private Found byId(Context context) {
    String text = context.pathParam("snapshot");
    Optional<SnapshotId> id = SnapshotId.parse(text);
    Optional<Instance> instance = id.map(SnapshotId::instance).flatMap(instances::get);
    if (instance.isEmpty()) {
      throw RefusedException.of(
          RefusalCode.SNAPSHOT_NOT_FOUND,
          "there is no snapshot '%s'".formatted(text),
          "List the snapshots that exist.");
    }
    Instance found = instance.orElseThrow();
    return new Found(found, finder.find(found.id(), "snapshot", text));
  }

  private Found ofInstance(Context context) {
    Instance instance = InstancePath.instance(context, instances);
    return new Found(
        instance, finder.find(instance.id(), "snapshot", context.pathParam("snapshot")));
  }

  private void get(Context context) {
    Found found = byId(context);
    context.json(shown(found.instance(), found.record()));
  }

  private void getOfInstance(Context context) {
    Found found = ofInstance(context);
    context.json(shown(found.instance(), found.record()));
  }

  private void delete(Context context) {
    delete(context, byId(context));
  }

  private void deleteOfInstance(Context context) {
    delete(context, ofInstance(context));
  }

  private void delete(Context context, Found found) {
    waits.reply(
        instances.ask(
            found.instance().id(),
            new InstanceEvent.DropSnapshotAsked(found.record().ref().number())));
    context.status(204);
  }

  private void restore(Context context) {
    RestoreRequest request =
        RequestBody.read(context, MAX_BODY).as(RestoreRequest.class, RestoreRequest.NEWEST);
    Found found = ofInstance(context);
    actions.restore(
        context, found.instance().id(), Optional.of(found.record().ref().number()), request);
  }

  private static String verification(SnapshotCheck check) {
    return switch (check) {
      case SnapshotCheck.Unchecked _ -> "unchecked";
      case SnapshotCheck.Verified _ -> "verified";
      case SnapshotCheck.Damaged _ -> "damaged";
    };
  }

  private static Optional<Instant> checkedAt(SnapshotCheck check) {
    return switch (check) {
      case SnapshotCheck.Unchecked _ -> Optional.empty();
      case SnapshotCheck.Verified(Instant at) -> Optional.of(at);
      case SnapshotCheck.Damaged(Instant at, String _) -> Optional.of(at);
    };
  }

  private static Optional<String> damage(SnapshotCheck check) {
    return check instanceof SnapshotCheck.Damaged(Instant _, String reason)
        ? Optional.of(reason)
        : Optional.empty();
  }

  private static torpor.wire.instance.InstanceSnapshot shown(
      Instance instance, SnapshotRecord record) {
    SnapshotNumber number = record.ref().number();
    return new torpor.wire.instance.InstanceSnapshot(
        new SnapshotId(instance.id(), number).toString(),
        record.ref().takenAt(),
        STANDBY,
        record.label(),
        record.facts().bytes(),
        instance.spec().runtime().text(),
        instance.id().toString(),
        instance.spec().name().text(),
        number.number(),
        record.generation().number(),
        record.facts().parent().map(SnapshotNumber::number),
        instance.newest().filter(ref -> ref.number().equals(number)).isPresent(),
        record.scheduled(),
        verification(record.check()),
        checkedAt(record.check()),
        damage(record.check()),
        "none",
        Map.of());
  }
}
