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
import torpor.core.machine.RuntimeName;
import torpor.wire.instance.InstanceRequest;

/// Reads what a create asks for, or refuses it naming the field. What it returns is whole: nothing
/// about it is looked at again. Pure.
final class InstanceReader {
  private static final int MOST_CPUS = 1_024;
  private static final int MOST_VOLUMES = 16;
  private static final Pattern USER =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,63})?");
  private static final Set<String> QEMU = Set.of("qemu", "qemu-microvm");
  private static final int LONGEST_IMAGE = 4_096;

  private InstanceReader() {}

  static InstanceSpec read(InstanceRequest request, Instant now) {
    refuseUnbuilt(request);
    InstanceSpec spec =
        new InstanceSpec(
            Fields.name("name", request.name()),
            new Origin.Image(image(request.image())),
            runtime(request.hypervisor()),
            resources(request),
            command(request),
            NetworkReader.wish(request.network(), request.ports()),
            volumes(request.volumes()),
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

  private static List<VolumeMount> volumes(List<torpor.wire.instance.VolumeMount> asked) {
    if (asked.size() > MOST_VOLUMES) {
      throw RefusedException.invalid(
          "volumes", "'volumes' has more than 16 elements", "Attach fewer volumes.");
    }
    List<VolumeMount> mounts = new ArrayList<>();
    Set<String> paths = new HashSet<>();
    for (int i = 0; i < asked.size(); i++) {
      String field = "volumes[%d]".formatted(i);
      VolumeMount mount = volume(field, asked.get(i));
      if (!paths.add(mount.path())) {
        throw RefusedException.invalid(
            field + ".mount_path",
            "Two volumes are mounted at " + mount.path(),
            "Choose another path.");
      }
      mounts.add(mount);
    }
    Unbuilt.refuse(
        "volumes", !mounts.isEmpty(), "there are no volumes", "Copy the files in after it runs.");
    return List.copyOf(mounts);
  }

  private static VolumeMount volume(String field, torpor.wire.instance.VolumeMount asked) {
    boolean overlay = asked.overlay().orElse(false);
    boolean readOnly = asked.readonly().orElse(false);
    if (overlay && !readOnly) {
      throw RefusedException.invalid(
          field + ".overlay", "An overlay is only for what is read-only", "Send readonly, too.");
    }
    if (asked.volumeId().isBlank()) {
      throw RefusedException.invalid(
          field + ".volume_id", "'volume_id' is empty", "Send the id of a volume.");
    }
    asked.overlaySize().ifPresent(size -> Fields.size(field + ".overlay_size", size));
    return new VolumeMount(
        StoredText.checked(field + ".volume_id", asked.volumeId()),
        Fields.path(field + ".mount_path", asked.mountPath()),
        overlay
            ? VolumeMount.Mode.OVERLAY
            : readOnly ? VolumeMount.Mode.READ_ONLY : VolumeMount.Mode.READ_WRITE);
  }
}
