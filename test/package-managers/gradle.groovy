import org.gradle.api.publish.maven.tasks.GenerateMavenPom
import org.gradle.api.publish.maven.tasks.PublishToMavenRepository
import org.gradle.testfixtures.ProjectBuilder

// What Gradle's command does with a build script, as far as it matters here: Gradle itself is in no package registry,
// but its engine is, and this is the one entrance to it.
def directory = new File('.').absoluteFile
def home = new File(System.getenv('HOME'), '.gradle')
try {
  def project = ProjectBuilder.builder().withProjectDir(directory).withGradleUserHomeDir(home).build()
  project.apply(from: 'build.gradle')
  if (args.contains('publish')) {
    project.tasks.withType(GenerateMavenPom).each { it.doGenerate() }
    project.tasks.withType(PublishToMavenRepository).each { it.publish() }
  }
  System.exit(0) // it leaves threads behind
} catch (Exception exception) {
  for (Throwable cause = exception; cause != null; cause = cause.cause) {
    System.err.println(cause.message)
  }
  System.exit(1)
}
