package torpor.api.volume;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.ArrayList;
import java.util.List;
import torpor.api.http.RefusedException;
import torpor.api.http.RequestBody;
import torpor.api.http.Route;
import torpor.api.http.Waits;
import torpor.api.instance.InstanceJson;
import torpor.api.instance.InstancePath;
import torpor.api.instance.InstanceReader;
import torpor.api.instance.VolumePath;
import torpor.core.instance.Instance;
import torpor.core.instance.operation.InstanceEvent;
import torpor.core.instance.spec.VolumeMount;
import torpor.core.instance.volume.VolumeId;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.engine.caller.Instances;
import torpor.engine.caller.Volumes;
import torpor.wire.volume.AttachRequest;

/// Gives volumes to instances that are stopped, and takes them away.
public final class AttachmentRoutes {
  private static final int MAX_BODY = 16 * 1024;

  private final Volumes volumes;
  private final Instances instances;
  private final InstanceJson json;
  private final Waits waits;

  public AttachmentRoutes(Volumes volumes, Instances instances, InstanceJson json, Waits waits) {
    this.volumes = volumes;
    this.instances = instances;
    this.json = json;
    this.waits = waits;
  }

  public List<Route> routes() {
    String one = "/v1/instances/{id}/volumes/{volume}";
    return List.of(
        Route.caller(HandlerType.POST, one, this::attach),
        Route.caller(HandlerType.DELETE, one, this::detach));
  }

  private void attach(Context context) {
    AttachRequest asked = RequestBody.read(context, MAX_BODY).as(AttachRequest.class);
    Instance instance = InstancePath.instance(context, instances);
    VolumeId volume = VolumePath.id(context.pathParam("volume"), volumes);
    List<VolumeMount> mounts = new ArrayList<>(instance.spec().volumes());
    mounts.add(
        InstanceReader.mount("", volume, asked.mountPath(), asked.readonly(), asked.overlay()));
    InstanceReader.refuseTwice("", mounts);
    answer(context, instance, mounts);
  }

  private void detach(Context context) {
    Instance instance = InstancePath.instance(context, instances);
    VolumeId volume = VolumePath.id(context.pathParam("volume"), volumes);
    List<VolumeMount> mounts = new ArrayList<>(instance.spec().volumes());
    if (!mounts.removeIf(mount -> mount.volume().equals(volume))) {
      throw new RefusedException(
          Refusal.of(
              RefusalCode.VOLUME_NOT_FOUND,
              "%s does not have %s".formatted(instance.spec().name(), volume),
              "Look at the instance's volumes."));
    }
    answer(context, instance, mounts);
  }

  private void answer(Context context, Instance instance, List<VolumeMount> mounts) {
    context.json(
        json.of(waits.reply(instances.ask(instance.id(), new InstanceEvent.VolumesAsked(mounts)))));
  }
}
