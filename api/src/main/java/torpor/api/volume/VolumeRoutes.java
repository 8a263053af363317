package torpor.api.volume;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import torpor.api.http.Idempotency;
import torpor.api.http.Parameters;
import torpor.api.http.RefusedException;
import torpor.api.http.RequestBody;
import torpor.api.http.Route;
import torpor.api.http.Waits;
import torpor.api.instance.Fields;
import torpor.api.instance.InstanceLists;
import torpor.api.instance.InstancePath;
import torpor.api.instance.SnapshotFinder;
import torpor.api.instance.VolumePath;
import torpor.core.instance.InstanceId;
import torpor.core.instance.volume.Volume;
import torpor.core.instance.volume.VolumeId;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.engine.caller.Instances;
import torpor.engine.caller.VolumeContent;
import torpor.engine.caller.VolumeRequest;
import torpor.engine.caller.Volumes;
import torpor.wire.volume.VolumeResize;
import torpor.wire.volume.VolumeSnapshotRequest;
import torpor.wire.volume.VolumeSource;

/// Creates, lists, shows, resizes, snapshots and deletes volumes.
public final class VolumeRoutes {
  private static final int MAX_BODY = 128 * 1024;

  /// Making a volume of an archive takes as long as the archive takes to come.
  private static final Duration LONG = Duration.ofHours(1);

  private final Volumes volumes;
  private final Instances instances;
  private final SnapshotFinder finder;
  private final VolumeJson json;
  private final Waits waits;

  public VolumeRoutes(Volumes volumes, Instances instances, SnapshotFinder finder, Waits waits) {
    this.volumes = volumes;
    this.instances = instances;
    this.finder = finder;
    this.json = new VolumeJson(volumes);
    this.waits = waits;
  }

  public List<Route> routes() {
    String one = "/v1/volumes/{id}";
    String snapshots = one + "/snapshots";
    return List.of(
        Route.caller(HandlerType.POST, "/v1/volumes", this::create),
        Route.caller(HandlerType.GET, "/v1/volumes", this::list),
        Route.caller(HandlerType.POST, "/v1/volumes/from-archive", this::createFromArchive),
        Route.caller(HandlerType.GET, one, this::get),
        Route.caller(HandlerType.DELETE, one, this::delete),
        Route.caller(HandlerType.POST, one + "/resize", this::resize),
        Route.caller(HandlerType.POST, snapshots, this::snapshot),
        Route.caller(HandlerType.GET, snapshots, this::listSnapshots),
        Route.caller(HandlerType.DELETE, snapshots + "/{snapshot}", this::deleteSnapshot));
  }

  private void create(Context context) {
    RequestBody body = RequestBody.read(context, MAX_BODY);
    torpor.wire.volume.VolumeRequest asked = body.as(torpor.wire.volume.VolumeRequest.class);
    VolumeRequest request =
        new VolumeRequest(
            VolumeReader.id(asked.id()),
            VolumeReader.name(asked.name()),
            VolumeReader.bytes(asked.sizeGb(), asked.source().isPresent()),
            Fields.tags(asked.tags()),
            asked.source().map(this::content).orElseGet(VolumeContent.Empty::new),
            Idempotency.of(context, "volumes", body));
    answer(context, waits.reply(volumes.create(request), LONG));
  }

  private VolumeContent content(VolumeSource source) {
    VolumeId volume = VolumePath.id("source.volume_id", source.volumeId(), volumes);
    if (source.instance().isPresent()) {
      InstanceId instance = InstancePath.id(source.instance().orElseThrow(), instances);
      return new VolumeContent.OfInstance(
          instance, finder.number(instance, "source.snapshot", source.snapshot()), volume);
    }
    return new VolumeContent.OfVolume(
        volume, VolumeReader.snapshot("source.snapshot", volume(volume), source.snapshot()));
  }

  /// The archive is the body. It is sent once: a key for repeating it would have to read it twice.
  private void createFromArchive(Context context) throws IOException {
    if (context.header(Idempotency.HEADER) != null) {
      throw RefusedException.unsupported(
          Idempotency.HEADER,
          "An archive is taken as it comes and cannot be compared with an earlier one",
          "Leave the header out; a name is given once, so a repeated call is refused.");
    }
    String name =
        Parameters.text(context, "name")
            .orElseThrow(
                () -> RefusedException.invalid("name", "'name' is missing", "Name the volume."));
    int size =
        Parameters.number(context, "size_gb", 1, Integer.MAX_VALUE)
            .map(Long::intValue)
            .orElseThrow(() ->
                RefusedException.invalid(
                    "size_gb", "'size_gb' is missing", "Send a whole number of gigabytes."));
    VolumeRequest empty =
        new VolumeRequest(
            VolumeReader.id(Parameters.text(context, "id")),
            VolumeReader.name(name),
            OptionalLong.of(VolumeReader.bytes(size)),
            Fields.tags(InstanceLists.tags(context)),
            new VolumeContent.Empty(),
            Optional.empty());
    Upload upload = new Upload(context.req().getInputStream(), LONG);
    answer(context, upload.answered(archive -> volumes.create(empty.with(archive)), waits));
  }

  private void answer(Context context, Volume volume) {
    context.header("Location", "/v1/volumes/" + volume.id());
    context.status(201).json(json.of(volume));
  }

  private void list(Context context) {
    Map<String, String> tags = InstanceLists.tags(context);
    context.json(
        volumes.list().stream()
            .filter(volume -> volume.tags().entrySet().containsAll(tags.entrySet()))
            .map(json::of)
            .toList());
  }

  private VolumeId id(Context context) {
    return VolumePath.id(context.pathParam("id"), volumes);
  }

  private Volume volume(VolumeId id) {
    return volumes
        .get(id)
        .orElseThrow(() ->
            RefusedException.of(
                RefusalCode.VOLUME_NOT_FOUND,
                "there is no volume " + id,
                "List the volumes that exist."));
  }

  private void get(Context context) {
    context.json(json.of(volume(id(context))));
  }

  private void delete(Context context) {
    waits.reply(volumes.delete(id(context)), LONG);
    context.status(204);
  }

  private void resize(Context context) {
    VolumeResize asked = RequestBody.read(context, MAX_BODY).as(VolumeResize.class);
    long bytes = VolumeReader.bytes(asked.sizeGb());
    context.json(json.of(waits.reply(volumes.resize(id(context), bytes), LONG)));
  }

  private void snapshot(Context context) {
    VolumeSnapshotRequest asked =
        RequestBody.read(context, MAX_BODY)
            .as(VolumeSnapshotRequest.class, VolumeSnapshotRequest.UNNAMED);
    VolumeId id = id(context);
    Optional<String> label = VolumeReader.label(asked.name());
    if (label.isPresent() && isTaken(volume(id), label.orElseThrow())) {
      throw new RefusedException(
          Refusal.ofField(
              RefusalCode.NAME_TAKEN,
              "name",
              "volume %s has a snapshot of this name".formatted(volume(id).name()),
              "Choose another name, or delete that one."));
    }
    Volume taken = waits.reply(volumes.snapshot(id, label), LONG);
    context.status(201).json(VolumeJson.snapshot(taken.snapshots().getLast()));
  }

  private static boolean isTaken(Volume volume, String label) {
    return volume.snapshots().stream()
        .anyMatch(snapshot -> snapshot.label().filter(label::equals).isPresent());
  }

  private void listSnapshots(Context context) {
    context.json(volume(id(context)).snapshots().stream().map(VolumeJson::snapshot).toList());
  }

  private void deleteSnapshot(Context context) {
    Volume volume = volume(id(context));
    waits.reply(
        volumes.dropSnapshot(
            volume.id(), VolumeReader.snapshot("snapshot", volume, context.pathParam("snapshot"))));
    context.status(204);
  }
}
