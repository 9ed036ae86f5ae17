#!/bin/sh
# Makes the small videos and sounds in av/, which tests read. Made with ffmpeg 5.1; run it in this folder.
set -eu
mkdir -p av
cd av
make() {
  name=$1
  shift
  ffmpeg -nostdin -hide_banner -loglevel error -y "$@" -fflags +bitexact -flags:v +bitexact "$name"
}
V="-f lavfi -i testsrc2=size=64x48:rate=10:duration=1"
A="-f lavfi -i sine=frequency=440:sample_rate=8000:duration=1"
H264="-c:v libx264 -preset ultrafast -crf 40"
H265="-c:v libx265 -preset ultrafast -x265-params log-level=none:info=0"
AAC="-c:a aac -b:a 16k"

make h264.mp4 $V $A $H264 $AAC -pix_fmt yuv420p -brand mp42 -movflags +faststart
make h264-full-range.mp4 $V $H264 -pix_fmt yuvj420p
make h264-cropped.mov -f lavfi -i testsrc2=size=62x46:rate=10:duration=1 $H264 -pix_fmt yuv422p10le
make rotated.mp4 -i h264.mp4 -c copy -metadata:s:v rotate=90 -brand mp42
make place.mov $V $H264 -pix_fmt yuv420p -metadata location=+10.0000+020.0000/
make variable.mp4 $V -vf "select='lt(n,4)+gt(n,6)'" -vsync vfr $H264 -pix_fmt yuv420p
make h265.mp4 $V $H265 -tag:v hvc1 -pix_fmt yuv420p10le
make h265-full-range.mp4 $V $H265 -tag:v hev1 -pix_fmt yuvj420p
make av1.mp4 $V -c:v libaom-av1 -cpu-used 8 -crf 60 -pix_fmt yuv420p
make vp9.mp4 $V -c:v libvpx-vp9 -cpu-used 8 -crf 60 -b:v 0 -pix_fmt yuv444p
make mpeg4.mp4 $V -c:v mpeg4 -q:v 31
make prores.mov $V -frames:v 2 -c:v prores_ks -profile:v 0 -q:v 60
make mjpeg.mov $V -frames:v 2 -c:v mjpeg -q:v 31 -pix_fmt yuvj422p
make fragments.mp4 $V $H264 -g 5 -pix_fmt yuv420p -movflags frag_keyframe+empty_moov+default_base_moof
make vp9.webm $V $A -c:v libvpx-vp9 -cpu-used 8 -crf 60 -b:v 0 -c:a libopus -b:a 8k -pix_fmt yuv420p
make live.webm -i vp9.webm -c copy -live 1
make h264.mkv $V $A $H264 -c:a pcm_s16le -ar 4000 -pix_fmt yuv420p
make mpeg4.avi $V $A -c:v mpeg4 -q:v 31 -c:a libmp3lame -b:a 16k
make mjpeg.avi $V -frames:v 2 -c:v mjpeg -q:v 31 -pix_fmt yuvj420p
make h264.m2t $V $A $H264 -c:a mp2 -ar 16000 -b:a 32k -pix_fmt yuv420p
make mpeg2.m2t -f lavfi -i testsrc2=size=64x48:rate=25:duration=0.4 -c:v mpeg2video -q:v 31
make vbr.mp3 $A -c:a libmp3lame -q:a 9
make bare.mp3 $A -c:a libmp3lame -b:a 16k -write_xing 0
make pcm24.wav -f lavfi -i "sine=frequency=440:sample_rate=4000:duration=1" -c:a pcm_s24le
make rf64.wav -f lavfi -i "sine=frequency=440:sample_rate=4000:duration=1" -c:a pcm_s16le -rf64 always
make s16.flac $A -c:a flac
make vorbis.ogg $A -c:a libvorbis -q:a 0
make opus.opus $A -c:a libopus -b:a 8k
make theora.ogv $V -c:v libtheora -q:v 1
make alac.m4a $A -c:a alac
make sound.aac $A -c:a aac -b:a 16k -f adts
make s16.aiff -f lavfi -i "sine=frequency=440:sample_rate=4000:duration=1" -c:a pcm_s16be
