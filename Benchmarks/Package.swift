// swift-tools-version: 6.2
import PackageDescription

// Apart from the main package, so that nobody who builds Assay builds its benchmarks.
let package = Package(
  name: "Benchmarks",
  platforms: [.macOS("26.0")],
  dependencies: [.package(name: "assay", path: "..")],
  targets: [
    .target(name: "Support"),
    .executableTarget(
      name: "blocks", dependencies: ["Support", .product(name: "Tensors", package: "assay")]),
    .executableTarget(
      name: "families",
      dependencies: [
        "Support", .product(name: "Checkpoints", package: "assay"),
        .product(name: "Containers", package: "assay"),
        .product(name: "Reference", package: "assay"),
      ]),
    .executableTarget(
      name: "matrix", dependencies: [.product(name: "Reference", package: "assay")]),
    .executableTarget(
      name: "pipeline", dependencies: ["Support", .product(name: "Conversion", package: "assay")]),
    .executableTarget(
      name: "runner",
      dependencies: [
        .product(name: "Checkpoints", package: "assay"),
        .product(name: "Reference", package: "assay"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
