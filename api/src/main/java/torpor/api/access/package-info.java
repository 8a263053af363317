/// Who may call what.
///
/// | route | reached by | opened by |
/// |---|---|---|
/// | open | anybody | nothing |
/// | caller | Unix socket, or a loopback address | nothing; a key that is sent must be right |
/// | caller | any other address | an API key |
/// | guest | anybody | the secret of the job in the path, in the path or as a bearer token |
///
/// A guest's secret is no API key and an API key is no guest's secret. Keys are random and stored
/// as digests ([ApiKeys]); guest secrets are derived, not stored ([GuestSecrets]). Neither is
/// logged.
@NullMarked
package torpor.api.access;

import org.jspecify.annotations.NullMarked;
