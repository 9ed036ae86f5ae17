#!/bin/sh
# Makes pictures of many kinds, for the benchmark of the probe. All are well-formed.
# Usage: corpus-images.sh FOLDER   (about 2 minutes on two cores; files that exist stay)
# Debian: imagemagick libimage-exiftool-perl ffmpeg libheif-examples libavif-bin libjxl-tools libopenjp2-tools libtiff-tools webp
set -eu
mkdir -p "$1"
cd "$1"

# make NAME COMMAND...: one file, unless it is there. The command writes to the last argument, $part.
make() {
  name=$1
  shift
  [ -e "$name" ] && return 0
  "$@" "part-$name" >/dev/null && mv "part-$name" "$name"
}
# magick NAME ARGUMENTS...: with ImageMagick from base.png. A prefix such as BMP3 stands in $as.
as=
magick() {
  name=$1
  shift
  [ -e "$name" ] && return 0
  convert base.png -strip "$@" "${as:+$as:}part-$name" && mv "part-$name" "$name"
}
# ffm NAME ARGUMENTS...: with ffmpeg
ffm() {
  name=$1
  shift
  make "$name" ffmpeg -nostdin -loglevel error -y "$@"
}
# tagged NAME FROM TAGS...: a copy with tags of exiftool
tagged() {
  name=$1 from=$2
  shift 2
  [ -e "$name" ] && return 0
  cp "$from" "part-$name" && exiftool -q -overwrite_original -n "$@" "part-$name" && mv "part-$name" "$name"
}
# heif NAME FROM ARGUMENTS..., jxl …, jp2 …: with the encoders of the formats
heif() {
  name=$1 from=$2
  shift 2
  make "$name" heif-enc "$@" "$from" -o
}
avif() {
  name=$1 from=$2
  shift 2
  make "$name" avifenc -s 10 "$@" "$from"
}
jxl() {
  name=$1 from=$2
  shift 2
  make "$name" cjxl --quiet -e 3 "$@" "$from"
}
jp2() {
  make "$1" opj_compress -i "$2" -o
}

T="testsrc2=size=800x600:rate=1:duration=1"
MOVES="testsrc2=size=200x100:rate=10:duration=2"
HALF="-alpha set -channel A -evaluate set 50% +channel"
ffm base.png -f lavfi -i "$T" -frames:v 1

# --- JPEG: sampling, colours, orientation, places, thumbnails, long segments
magick base.jpg -quality 88
for s in 4:4:4 4:2:2 4:2:0 4:4:0 4:1:1; do magick "sampling-$(echo $s | tr -d :).jpg" -sampling-factor $s; done
magick gray.jpg -colorspace gray
magick cmyk.jpg -colorspace CMYK
magick progressive.jpg -interlace JPEG
magick thumbnail.jpg -resize 160x120
magick large.jpg -resize 4000x3000 -quality 90
for o in 1 2 3 4 5 6 7 8; do tagged orientation-$o.jpg base.jpg -Orientation=$o; done
tagged progressive-orientation.jpg progressive.jpg -Orientation=6
tagged large-orientation.jpg large.jpg -Orientation=8
tagged place.jpg base.jpg -GPSLatitude=0.5 -GPSLatitudeRef=N -GPSLongitude=0.5 -GPSLongitudeRef=E
tagged with-thumbnail.jpg orientation-6.jpg "-ThumbnailImage<=thumbnail.jpg"
[ -e words.txt ] || head -c 45000 large.jpg | base64 -w0 >words.txt
tagged long-exif.jpg base.jpg -Orientation=6 "-UserComment<=words.txt"
tagged xmp.jpg orientation-3.jpg -XMP-dc:Title=title
tagged iptc.jpg orientation-5.jpg -IPTC:Caption-Abstract=words
magick profile.jpg -set comment "$(head -c 30000 words.txt)"

# --- PNG: colour types, depths, places of the EXIF data
magick rgb8.png -define png:color-type=2 -define png:bit-depth=8
magick rgb16.png -depth 16 -define png:color-type=2 -define png:bit-depth=16
for d in 1 2 4 8 16; do magick gray$d.png -colorspace gray -depth $d -define png:color-type=0 -define png:bit-depth=$d; done
for d in 4 8; do magick palette$d.png -colors 14 -define png:color-type=3 -define png:bit-depth=$d; done
magick rgba8.png $HALF -define png:color-type=6 -define png:bit-depth=8
magick rgba16.png $HALF -depth 16 -define png:color-type=6 -define png:bit-depth=16
magick gray-alpha.png -colorspace gray $HALF -define png:color-type=4 -define png:bit-depth=8
magick interlaced.png -interlace PNG
magick large.png -resize 3000x2000
for o in 3 6 8; do tagged orientation-$o.png rgb8.png -Orientation=$o; done
ffm animation.png -f lavfi -i "$MOVES" -f apng

# --- WebP, GIF, BMP
magick lossy.webp -quality 80
magick lossless.webp -define webp:lossless=true
magick alpha.webp $HALF -quality 80
magick lossless-alpha.webp $HALF -define webp:lossless=true
magick large.webp -resize 3000x2000
for o in 3 6; do tagged orientation-$o.webp lossy.webp -Orientation=$o; done
tagged large-orientation.webp large.webp -Orientation=8
ffm animation.webp -f lavfi -i "$MOVES" -c:v libwebp_anim -loop 0
magick still.gif -resize 300x200!
ffm animation.gif -f lavfi -i "$MOVES"
ffm long-animation.gif -f lavfi -i "testsrc2=size=320x240:rate=10:duration=12"
magick truecolour.bmp -type truecolor
as=BMP3 magick palette.bmp -colors 256 -type palette
as=BMP3 magick one-bit.bmp -monochrome
as=BMP2 magick core.bmp
for p in rgb555le rgb565le bgra bgr24 pal8 gray; do ffm $p.bmp -i base.png -pix_fmt $p; done

# --- TIFF and slides
magick little.tif -compress none
magick big-endian.tif -compress none -endian MSB
magick lzw16.tif -depth 16 -compress LZW
magick lzw16-big-endian.tif -depth 16 -compress LZW -endian MSB
magick gray.tif -colorspace gray -compress zip
magick gray16.tif -colorspace gray -depth 16 -compress zip
magick float.tif -colorspace gray -depth 32 -define quantum:format=floating-point
magick fax.tif -monochrome -compress group4
magick palette.tif -colors 64 -type palette
magick rgba.tif $HALF
magick cmyk.tif -colorspace CMYK
magick pages.tif -compress LZW '(' +clone -resize 50% ')' '(' +clone -resize 50% ')'
magick tiled.tif -define tiff:tile-geometry=256x256 -compress JPEG
magick pyramid.tif -define ptif:pyramid=1 -define tiff:tile-geometry=256x256
magick large.tif -resize 3000x2000 -compress LZW
as=TIFF64 magick bigtiff.tif
make bigtiff-pages.tif tiffcp -8 pages.tif
for o in 3 6 8; do tagged orientation-$o.tif little.tif -Orientation=$o; done
if [ ! -e slide.svs ]; then
  convert base.png -define tiff:tile-geometry=256x256 -compress JPEG '(' +clone -resize 25% ')' tiff:part-slide.svs
  tiffset -s ImageDescription "Aperio Image Library v11.2.1 |AppMag = 20|MPP = 0.499" part-slide.svs
  mv part-slide.svs slide.svs
fi

# --- HEIC, AVIF
heif plain.heic base.jpg -q 60
heif orientation.heic orientation-6.jpg -q 60
heif ten-bits.heic base.png -q 60 -b 10
heif lossless.heic base.png -L
heif gray.heic gray.jpg
heif alpha.heic rgba8.png
heif place.heic place.jpg
heif thumbnail.heic base.jpg -t 128
heif plain-libheif.avif base.jpg -A -q 60
for y in 420 422 444 400; do avif yuv$y.avif base.jpg -y $y; done
for d in 10 12; do avif depth$d.avif base.jpg -d $d; done
for r in 1 2 3; do avif turned-$r.avif base.jpg --irot $r; done
avif alpha.avif rgba8.png
avif orientation.avif orientation-6.jpg

# --- JPEG XL, JPEG 2000
jxl lossy.jxl base.png
jxl lossless.jxl base.png -d 0
jxl container.jxl base.png --container=1
jxl from-jpeg.jxl base.jpg
jxl orientation.jxl orientation-6.jpg
jxl orientation-pixels.jxl orientation-6.jpg --lossless_jpeg=0
for n in gray8 gray16 rgb16 rgba8 rgba16; do jxl $n.jxl $n.png; done
for n in rgb8 rgb16 gray8 gray16; do
  jp2 $n.jp2 $n.png
  jp2 $n.j2k $n.png
done
jp2 alpha.jp2 rgba8.png
ffm yuv420.jp2 -i base.png -pix_fmt yuv420p -c:v jpeg2000
rm -f words.txt
ls | wc -l
