output "report" {
  description = "A self-contained HTML page: terraform output -raw report > report.html"
  # Not a secret: this keeps the page's text out of every plan. "output -raw"
  # prints it all the same.
  sensitive = true
  # Browsers hash scripts and styles with bare line feeds, which a checkout on
  # Windows may not have.
  value = templatefile("${path.module}/report.html.tftpl", {
    data   = local.data
    style  = replace(file("${path.module}/report.css"), "\r", "")
    script = replace(file("${path.module}/report.js"), "\r", "")
  })
}
