// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "benchmarks",
  platforms: [.macOS("26.0")],
  products: [
    .executable(name: "matrix-bench", targets: ["matrix"]),
  ],
  dependencies: [.package(name: "assay", path: "..")],
  targets: [
    .executableTarget(
      name: "matrix", dependencies: [.product(name: "Reference", package: "assay")]),
  ],
  swiftLanguageModes: [.v6]
)
