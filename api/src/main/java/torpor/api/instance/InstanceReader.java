package torpor.api.instance;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import torpor.api.http.RefusedException;
import torpor.api.http.StoredText;
import torpor.api.image.Platforms;
import torpor.api.job.JobReader;
import torpor.core.instance.spec.Command;
import torpor.core.instance.spec.HealthCheck.Probe;
import torpor.core.instance.spec.InstanceSpec;
import torpor.core.instance.spec.Origin;
import torpor.core.instance.spec.Resources;
import torpor.core.instance.spec.VolumeMount;
import torpor.core.instance.volume.VolumeId;
import torpor.core.machine.RuntimeName;
import torpor.engine.caller.Volumes;
import torpor.wire.instance.InstanceRequest;

/// Reads what a create asks for, or refuses it naming the field. What it returns is whole: nothing
/// about it is looked at again. Pure, but for the names of volumes.
public final class InstanceReader {
  private static final int MOST_CPUS = 1_024;
  private static final int MOST_VOLUMES = 16;
  private static final Pattern USER =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,63})?");
  private static final Set<String> QEMU = Set.of("qemu", "qemu-microvm");
  private static final int LONGEST_IMAGE = 4_096;

  private InstanceReader() {}

  static InstanceSpec read(InstanceRequest request, Volumes volumes, Instant now) {
    refuseUnbuilt(request);
    InstanceSpec spec =
        new InstanceSpec(
            Fields.name("name", request.name()),
            new Origin.Image(image(request.image())),
            runtime(request.hypervisor()),
            resources(request),
            command(request),
            NetworkReader.wish(request.network(), request.ports()),
            mounts(request.volumes(), volumes),
            PolicyReader.restart(request.restartPolicy()),
            PolicyReader.health(request.healthCheck()),
            PolicyReader.idleStandby(request.autoStandby()),
            PolicyReader.ttl(request.ttl(), request.expiresAt(), now),
            request.protect().orElse(false),
            Fields.tags(request.tags()));
    Platforms.check("platform", request.platform());
    if (!spec.network().enabled()) {
      refuseWithoutNetwork(spec);
    }
    return spec;
  }

  private static void refuseWithoutNetwork(InstanceSpec spec) {
    if (spec.idleStandby().isPresent()) {
      throw RefusedException.invalid(
          "auto_standby",
          "An instance without a network would never be woken by a connection",
          "Leave 'auto_standby' out, or 'network.enabled'.");
    }
    if (spec.health().filter(check -> !(check.probe() instanceof Probe.Exec)).isPresent()) {
      throw RefusedException.invalid(
          "health_check.type",
          "An instance without a network cannot be asked over it",
          "Use an exec check, or leave 'network.enabled' out.");
    }
  }

  private static void refuseUnbuilt(InstanceRequest request) {
    String leaveOut = "Leave it out.";
    Unbuilt.refuse(
        "credentials", request.credentials(), "secrets are not brokered", "Pass them in 'env'.");
    Unbuilt.refuse("devices", request.devices(), "devices are not passed through", leaveOut);
    Unbuilt.refuse("gpu", request.gpu(), "devices are not passed through", leaveOut);
    Unbuilt.refuse(
        "snapshot_policy", request.snapshotPolicy(), "snapshots are kept as taken", leaveOut);
    Unbuilt.refuse(
        "disk_io_bps", request.diskIoBps().isPresent(), "disks have no rate limit", leaveOut);
    Unbuilt.refuse(
        "hotplug_size",
        request.hotplugSize().isPresent(),
        "memory does not grow while a machine runs",
        "Ask for more in 'size'.");
    Unbuilt.refuse(
        "skip_guest_agent",
        request.skipGuestAgent().orElse(false),
        "the agent is the machine's first program",
        leaveOut);
  }

  private static String image(String text) {
    if (text.isBlank() || text.length() > LONGEST_IMAGE) {
      throw RefusedException.invalid(
          "image", "'image' names no image", "Send a name such as nginx:alpine.");
    }
    return StoredText.checked("image", text);
  }

  private static RuntimeName runtime(Optional<String> hypervisor) {
    Unbuilt.refuse(
        "hypervisor",
        !QEMU.contains(hypervisor.orElse("qemu")),
        "machines run under qemu",
        "Leave it out, or send qemu.");
    return new RuntimeName("qemu");
  }

  private static Resources resources(InstanceRequest request) {
    return new Resources(
        Fields.number("vcpus", request.vcpus().orElse(Resources.DEFAULT.cpus()), 1, MOST_CPUS),
        request
            .size()
            .map(text -> Fields.size("size", text))
            .orElse(Resources.DEFAULT.memoryBytes()),
        request
            .overlaySize()
            .map(text -> Fields.size("overlay_size", text))
            .orElse(Resources.DEFAULT.diskBytes()));
  }

  private static Command command(InstanceRequest request) {
    return new Command(
        request.entrypoint().map(words -> Fields.words("entrypoint", words)),
        request.cmd().map(words -> Fields.words("cmd", words)),
        JobReader.environment(request.env()),
        request.workingDir().map(path -> Fields.path("working_dir", path)),
        request.user().map(InstanceReader::user));
  }

  private static String user(String text) {
    if (!USER.matcher(text).matches()) {
      throw RefusedException.invalid(
          "user",
          "'user' is no user: '%s'".formatted(Fields.shown(text)),
          "Send a name or a number, or either with :group.");
    }
    return text;
  }

  /// Everything that the request alone can tell comes before the names are looked up.
  private static List<VolumeMount> mounts(
      List<torpor.wire.instance.VolumeMount> asked, Volumes volumes) {
    Set<String> paths = new HashSet<>();
    for (int i = 0; i < asked.size(); i++) {
      String field = "volumes[%d].".formatted(i);
      torpor.wire.instance.VolumeMount wanted = asked.get(i);
      wanted.overlaySize().ifPresent(size -> Fields.size(field + "overlay_size", size));
      mode(field, wanted.readonly(), wanted.overlay());
      if (wanted.volumeId().isBlank()) {
        throw RefusedException.invalid(
            field + "volume_id", "'volume_id' is empty", "Send a volume's name or id.");
      }
      if (!paths.add(Fields.path(field + "mount_path", wanted.mountPath()))) {
        throw mountedTwice(field, wanted.mountPath());
      }
    }
    List<VolumeMount> mounts = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      String field = "volumes[%d].".formatted(i);
      torpor.wire.instance.VolumeMount wanted = asked.get(i);
      VolumeId volume = VolumePath.id(field + "volume_id", wanted.volumeId(), volumes);
      mounts.add(mount(field, volume, wanted.mountPath(), wanted.readonly(), wanted.overlay()));
      refuseTwice(field, mounts);
    }
    return List.copyOf(mounts);
  }

  private static VolumeMount.Mode mode(
      String prefix, Optional<Boolean> readonly, Optional<Boolean> overlay) {
    if (overlay.orElse(false)) {
      if (!readonly.orElse(false)) {
        throw RefusedException.invalid(
            prefix + "overlay", "An overlay is only for what is read-only", "Send readonly, too.");
      }
      return VolumeMount.Mode.OVERLAY;
    }
    return readonly.orElse(false) ? VolumeMount.Mode.READ_ONLY : VolumeMount.Mode.READ_WRITE;
  }

  private static RefusedException mountedTwice(String prefix, String path) {
    return RefusedException.invalid(
        prefix + "mount_path", "Two volumes are mounted at " + path, "Choose another path.");
  }

  /// @param prefix of the fields' names
  public static VolumeMount mount(
      String prefix,
      VolumeId volume,
      String path,
      Optional<Boolean> readonly,
      Optional<Boolean> overlay) {
    return new VolumeMount(
        volume, Fields.path(prefix + "mount_path", path), mode(prefix, readonly, overlay));
  }

  /// The last of these must go together with the others.
  ///
  /// @param prefix of the fields' names
  public static void refuseTwice(String prefix, List<VolumeMount> mounts) {
    if (mounts.size() > MOST_VOLUMES) {
      throw RefusedException.invalid(
          "volumes",
          "More than %d volumes are asked for".formatted(MOST_VOLUMES),
          "Attach fewer volumes.");
    }
    VolumeMount last = mounts.getLast();
    for (VolumeMount other : mounts.subList(0, mounts.size() - 1)) {
      if (other.path().equals(last.path())) {
        throw mountedTwice(prefix, last.path());
      }
      if (other.volume().equals(last.volume())) {
        throw RefusedException.invalid(
            prefix + "volume_id", "The same volume is mounted twice", "Mount it once.");
      }
    }
  }
}
